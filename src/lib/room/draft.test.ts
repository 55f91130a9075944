import { expect, test } from 'vitest';
import { testToken } from '../../../server/tokens/testing.ts';
import { createHttpClient } from '../api/client.ts';
import { ApiFailure } from '../api/failure.ts';
import type { OpenAnswers, Ports, TokenAnswer } from './draft.ts';
import { openDraft } from './draft.ts';
import { join } from './join.ts';
import { toProblem } from './problems.ts';
import { HandClock, keeperVault, password } from './testing.ts';
import { testHouse } from './testing-house.ts';
import { RoomError } from './view.ts';

const { house } = testHouse();

/** One page: what it sent and paid, how long it waited between its tries, and the codes of the rooms that it came into. */
class Page {
	/** The server hears what is asked, and so many answers are lost from now on. */
	losing = 0;
	/** So many ways in lead nowhere from now on. */
	shut: ApiFailure[] = [];
	/** Called instead of waiting. */
	onPause: () => void = () => undefined;
	readonly sent: string[] = [];
	readonly pauses: number[] = [];
	readonly settled: TokenAnswer[] = [];
	taken = 0;
	readonly #vault = keeperVault();
	readonly #door = house.door();
	readonly #ports: Ports<string>;

	constructor() {
		const url = `${house.address}/graphql`;
		const answer: typeof fetch = async (input, init) => {
			const { variables } = JSON.parse(String(init?.body)) as { variables: { roomId: string } };
			this.sent.push(variables.roomId);
			const response = await fetch(input, init);
			if (this.losing-- > 0) throw new TypeError('the answer is lost');
			return response;
		};
		this.#ports = {
			vault: this.#vault,
			http: createHttpClient({ url, fetch: answer }),
			pause: (ms) => {
				this.pauses.push(ms);
				this.onPause();
				return { done: Promise.resolve(), cancel: () => undefined };
			},
			enter: async ({ key, roomId, code, author }) => {
				const problem = this.shut.shift();
				if (problem !== undefined) throw problem;
				const joined = await join({ server: this.#door, vault: this.#vault, clock: new HandClock(), key, roomId });
				joined.transport.close();
				const { shard, shardTag, card } = joined.entry;
				const { me, creator } = await this.#vault.call('enter', { key, shard, shardTag, card, author });
				expect(me.fp).toBe(creator);
				return code;
			}
		};
	}

	get rooms(): number {
		return new Set(this.sent).size;
	}

	open(changes: Partial<OpenAnswers> = {}, signal = new AbortController().signal): Promise<string> {
		const next = async () => {
			this.taken++;
			const token = { ...testToken(), plan: 'free' as const };
			return { token, settle: async (answer: TokenAnswer) => void this.settled.push(answer) };
		};
		const answers = { mode: 'stored', roomName: 'Thursday plans', password, people: 5, lifetimeSeconds: 2_592_000 } as const;
		return openDraft(this.#ports, { ...answers, purse: { plan: 'free', next }, ...changes }, signal);
	}
}

async function problemOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'none',
		(error: unknown) => toProblem(error)
	);
}

test('a lost answer is asked for again, with longer and longer pauses, and the next press goes on with the same room', async () => {
	const page = new Page();
	page.losing = 4;
	expect(await problemOf(page.open())).toBe('server-away');
	expect(page.pauses).toEqual([500, 2000, 5000]);
	page.losing = 1;
	expect(await page.open()).not.toBe('');
	expect([page.rooms, page.taken, page.settled]).toEqual([1, 1, ['used']]);
});

test('a room that was made and could not be entered is entered with the next press', async () => {
	const page = new Page();
	page.shut = [new ApiFailure('OFFLINE'), new ApiFailure('JOIN_LOCKED')];
	expect(await problemOf(page.open())).toBe('server-away');
	expect(await problemOf(page.open())).toBe('locked');
	expect(page.settled).toEqual(['used']);
	const code = await page.open();
	expect([page.rooms, page.taken, page.sent.length]).toEqual([1, 1, 1]);
	// That one is open: what is asked for now is another.
	expect(await page.open()).not.toBe(code);
	expect([page.rooms, page.taken]).toEqual([2, 2]);
});

test('other answers, another plan, and a room that is gone begin anew', async () => {
	const page = new Page();
	const away = () => (page.shut = [new ApiFailure('OFFLINE')]);
	away();
	await problemOf(page.open());
	away();
	await problemOf(page.open({ people: 6 }));
	away();
	const next = async () => ({ token: { ...testToken({ plan: 'pro' }), plan: 'pro' as const }, settle: async () => undefined });
	await problemOf(page.open({ people: 6, purse: { plan: 'pro', next } }));
	page.shut = [new ApiFailure('ROOM_GONE')];
	expect(await problemOf(page.open({ people: 7 }))).toBe('gone');
	expect(page.rooms).toBe(4);
	await page.open({ people: 7 });
	expect(page.rooms).toBe(5);
});

test('nothing new is sent or taken after a cancel, and the next press goes on with what was on the wire', async () => {
	const page = new Page();
	const stop = new AbortController();
	page.losing = 9;
	page.onPause = () => stop.abort(new RoomError('cancelled'));
	expect(await problemOf(page.open({}, stop.signal))).toBe('cancelled');
	await new Promise(setImmediate);
	expect([page.sent.length, page.taken]).toEqual([1, 1]);
	page.losing = 0;
	await page.open();
	expect([page.rooms, page.taken, page.settled]).toEqual([1, 1, ['used']]);
});

test('a token that another room has used is replaced, but not after a cancel', async () => {
	const page = new Page();
	const token = { ...testToken(), plan: 'free' as const };
	const stop = new AbortController();
	let taken = 0;
	const settled: TokenAnswer[] = [];
	const next = async () => {
		taken++;
		return {
			token,
			settle: async (answer: TokenAnswer) => {
				settled.push(answer);
				if (answer === 'spent') stop.abort(new RoomError('cancelled'));
			}
		};
	};
	await page.open({ purse: { plan: 'free', next } });
	expect(await problemOf(page.open({ purse: { plan: 'free', next } }, stop.signal))).toBe('cancelled');
	await new Promise(setImmediate);
	expect([settled, taken]).toEqual([['used', 'spent'], 2]);
});
