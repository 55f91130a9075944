import { expect, test } from 'vitest';
import type { Mode } from '#protocol/mode';
import { gapPatienceMs } from './ledger.ts';
import { comeIn, openLodging } from './testing.ts';
import type { Guest } from './testing.ts';
import { testHouse } from './testing-house.ts';
import type { Tamper } from './testing-door.ts';

/** What a server may do to one person's feed, or whoever stands before it. */
const tricks = ['drop', 'silence', 'break', 'burn', 'duplicate', 'replay', 'replay-hello', 'swap', 'delay'] as const;
type Trick = (typeof tricks)[number];
/** After these something is missing, and has to be said. */
const withholding: ReadonlySet<Trick> = new Set<Trick>(['drop', 'silence', 'break', 'burn']);

const isLong = process.env.LONG !== undefined;
const cases = isLong ? 500 : 18;
const honest = isLong ? 5000 : 60;
const messages = 8;
/** Said within these of its being seen: what the ledger waits, and a clock's step. */
const reportMs = gapPatienceMs + 2000;

const { house } = testHouse();

type Frame = { readonly seq: number; readonly env: string; readonly tag: string | null };
type Page = { rows: { env: string | null }[] };

/** Plays one trick on the `at`th message of the others, counted from 1 once it is armed. */
class Meddler {
	#armed = false;
	#count = 0;
	/** Added to the server's numbers, after something was put between. */
	#shift = 0;
	#silenced: string | null = null;
	#held: (() => void)[] = [];
	#hello: (() => void) | null = null;
	readonly #withheld = new Set<string>();
	readonly #trick: Trick;
	readonly #at: number;

	constructor(trick: Trick, at: number) {
		this.#trick = trick;
		this.#at = at;
	}

	arm(): void {
		this.#armed = true;
	}

	readonly tamper: Tamper = (text, pass) => {
		const message = JSON.parse(text);
		const { room, history } = message.payload?.data ?? {};
		if (history !== undefined) return pass(this.#cut(message, history));
		if (room?.__typename !== 'Envelope') return pass(text);
		const frame: Frame = room;
		const send = (change: Partial<Frame> = {}) => {
			const seq = frame.seq === 0 ? 0 : frame.seq + this.#shift;
			pass(JSON.stringify({ ...message, payload: { data: { room: { ...room, seq, ...change } } } }));
		};
		if (frame.seq === 0) return this.#control(frame, send);
		if (!this.#armed) return send();
		this.#content(++this.#count, frame, send, () => pass(burned(message, frame.seq)));
	};

	#control({ tag }: Frame, send: () => void): void {
		if (tag !== null && tag === this.#silenced) return;
		if (!this.#armed) this.#hello ??= send;
		send();
	}

	#content(n: number, frame: Frame, send: (change?: Partial<Frame>) => void, burn: () => void): void {
		if (n === this.#at && this.#trick === 'silence') this.#silenced = frame.tag;
		if (this.#silenced !== null && frame.tag === this.#silenced) return this.#withhold(frame);
		if (n !== this.#at) {
			send();
			if (n >= this.#at + (this.#trick === 'delay' ? 3 : 1)) this.#letGo();
			return;
		}
		switch (this.#trick) {
			case 'drop':
				return this.#withhold(frame);
			case 'break':
				this.#withhold(frame);
				return send({ env: spoil(frame.env) });
			case 'burn':
				this.#withhold(frame);
				return burn();
			case 'duplicate':
				send();
				return send();
			case 'replay':
				send();
				this.#shift++;
				return send({ seq: frame.seq + this.#shift });
			case 'replay-hello':
				this.#hello?.();
				return send();
			case 'swap':
			case 'delay':
				this.#held.push(send);
				return;
			case 'silence':
				return;
		}
	}

	#withhold({ env }: Frame): void {
		this.#withheld.add(env);
	}

	#letGo(): void {
		const held = this.#held;
		this.#held = [];
		for (const send of held) send();
	}

	/** Who asks for what is missing gets the rest; what was put between has no rows of its own. */
	#cut(message: object, history: Page): string {
		const rows = history.rows.filter(({ env }) => env === null || !this.#withheld.has(env));
		return JSON.stringify({ ...message, payload: { data: { history: { ...history, rows } } } });
	}
}

function burned(message: object, seq: number): string {
	return JSON.stringify({ ...message, payload: { data: { room: { __typename: 'Burned', seq } } } });
}

/** One letter of the ciphertext, behind header and slots. */
function spoil(env: string): string {
	const at = env.length - 100;
	return `${env.slice(0, at)}${env[at] === 'A' ? 'B' : 'A'}${env.slice(at + 1)}`;
}

type Door = Readonly<Record<'shard' | 'shardTag' | 'card', string>>;

/** What the server says at the door, with this in place of some of it. */
function atTheDoor(change: (said: Door) => Partial<Door>): Tamper {
	return (text, pass) => {
		const message = JSON.parse(text);
		const said = message.payload?.data?.joinRoom;
		if (said === undefined) return pass(text);
		pass(JSON.stringify({ ...message, payload: { data: { joinRoom: { ...said, ...change(said) } } } }));
	};
}

async function gather(mode: Mode, tamper?: Tamper): Promise<readonly [Guest, Guest, Guest]> {
	const lodging = await openLodging(house, 16, mode);
	const ada = await comeIn(house, lodging, 'Ada');
	const bo = await comeIn(house, lodging, 'Bo');
	const cy = await comeIn(house, lodging, 'Cy', tamper && { tamper });
	const all = [ada, bo, cy] as const;
	const isReady = (guest: Guest) =>
		guest.here.length === 3 && guest.shown.unnamed === 0 && (mode === 'stored' || guest.readers.length === 2);
	await Promise.all(all.map((guest) => guest.until(isReady)));
	return all;
}

/** In turns, each when the other has read what was before: the order is the same for all. */
async function talk([ada, bo]: readonly [Guest, Guest, Guest], count: number): Promise<void> {
	for (let n = 1; n <= count; n++) {
		const [from, to] = n % 2 === 1 ? [ada, bo] : [bo, ada];
		from.stay.send(`message ${n}`);
		await to.until(({ texts }) => texts.includes(`message ${n}`));
	}
}

/** What was skipped has been asked for, and the time has passed in which it must be told. */
async function settle(guest: Guest): Promise<void> {
	await guest.stay.serverRows();
	guest.offsetMs = guest.clock.offsetMs + reportMs;
	guest.signal('visible');
}

const alarms = (guest: Guest) => guest.notes.filter((note) => /^(fork|equivocation|missing|gone|unverified|hidden)/.test(note));

/** Joined long enough ago for the claims of others to count. */
const settledMs = 11_000;

test(`${cases} tricks of a server: nothing is shown twice, and what is withheld is told of`, async () => {
	const failures: string[] = [];
	for (let index = 0; index < cases; index++) {
		const trick = tricks[index % tricks.length] ?? 'drop';
		const mode: Mode = Math.floor(index / tricks.length) % 2 === 0 ? 'relayed' : 'stored';
		const at = 1 + (index % (messages - 3));
		const meddler = new Meddler(trick, at);
		const all = await gather(mode, meddler.tamper);
		const cy = all[2];
		cy.offsetMs = settledMs;
		meddler.arm();
		await talk(all, messages);
		const isWhole = !withholding.has(trick);
		// The last two are of different people: one of them comes, whoever is silenced.
		await cy.until(({ texts }) => (isWhole ? texts.length >= messages : texts.some((text) => /[78]$/.test(text))));
		await settle(cy);
		const name = `${index}: ${trick} of message ${at}, ${mode}`;
		if (new Set(cy.texts).size !== cy.texts.length) failures.push(`${name}: shown twice`);
		if (!isWhole && alarms(cy).length === 0) failures.push(`${name}: nothing told`);
		if (isWhole && alarms(cy).length > 0) failures.push(`${name}: ${alarms(cy).join(', ')}`);
		for (const guest of all) guest.stay.stop();
	}
	expect(failures).toEqual([]);
}, 600_000);

test('the last message of a Live room that a server withholds is marked by its writer within as much time', async () => {
	const meddler = new Meddler('drop', messages);
	const all = await gather('relayed', meddler.tamper);
	const [, bo, cy] = all;
	meddler.arm();
	await talk(all, messages);
	const last = `message ${messages}`;
	await cy.until(({ texts }) => texts.length === messages - 1);
	bo.offsetMs = reportMs;
	bo.signal('visible');
	await bo.until((guest) => guest.messages.some(({ text, missedBy = [] }) => text === last && missedBy.join() === 'Cy'));
	expect(cy.texts).not.toContain(last);
	for (const guest of all) guest.stay.stop();
});

test.each(['relayed', 'stored'] as const)(
	`in %s rooms ${honest} honest messages raise no alarm`,
	async (mode) => {
		const all = await gather(mode);
		await house.services.db.sql`update rooms set cap = null`;
		for (const guest of all) guest.offsetMs = settledMs;
		await talk(all, honest);
		const cy = all[2];
		await cy.until(({ texts }) => texts.length === honest);
		for (const guest of all) {
			await settle(guest);
			expect(alarms(guest)).toEqual([]);
			guest.stay.stop();
		}
	},
	600_000
);

test.each(['relayed', 'stored'] as const)(
	'nobody comes into a %s room by another share of its key, or by another name',
	async (mode) => {
		const [lodging, other] = [await openLodging(house, 16, mode), await openLodging(house, 16, mode)];
		let elsewhere: Partial<Door> = {};
		const listening = atTheDoor((said) => (elsewhere = said));
		(await comeIn(house, other, 'Ada', { tamper: listening })).stay.stop();
		const { shard = '', shardTag = '', card = '' } = elsewhere;
		const given: readonly (readonly [Partial<Door>, string])[] = [
			[{ shard }, 'SHARD_TAG'],
			[{ shardTag }, 'SHARD_TAG'],
			[{ shard, shardTag }, 'SHARD_TAG'],
			[{ card }, 'COMMIT']
		];
		for (const [swapped, code] of given) {
			const tamper = atTheDoor(() => swapped);
			await expect(comeIn(house, lodging, 'Bo', { tamper })).rejects.toMatchObject({ code });
		}
	}
);
