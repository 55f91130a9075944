/** Opens a room: keys and card from the vault, a row at the server, then the way that everybody takes in. */
import { createRoom } from '../api/rooms.ts';
import type { Author, Calls } from '../vault/calls.ts';
import type { Mode } from '#protocol/mode';
import type { Token } from '#protocol/tokens';
import { ApiFailure } from '../api/failure.ts';
import { enter } from './enter.ts';
import { guardPage } from './page-guard.ts';
import { suggestAlias } from './nick.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import { toRoomError } from './problems.ts';
import { requireSupport } from './support.ts';
import { pageServer } from './page-server.ts';
import { unlessAborted } from './timers.ts';
import { NoToken, RoomError } from './view.ts';
import type { RoomView } from './view.ts';

export type OpenAnswers = {
	readonly mode: Mode;
	/** Empty: a room without a name. */
	readonly roomName: string;
	readonly password?: string;
	/** People limit, the opener included. */
	readonly people: number;
	/** Absent: the plan's only one. */
	readonly lifetimeSeconds?: number;
	/** Absent: made up here. */
	readonly author?: Author;
	/** 0 to 1 while the key is made. */
	readonly onProgress?: (progress: number) => void;
	/** What pays for the room; absent where plans are off. */
	readonly purse?: Purse;
};

/** `spent`: it had opened another room before. `refused`: the server never made it. */
export type TokenAnswer = 'used' | 'spent' | 'refused';

/** A token, and whom to tell what the server said of it. One that nobody hears of again may be tried once more. */
export type Ticket = { readonly token: Token; settle(answer: TokenAnswer): Promise<void> };

export type Purse = {
	/** Another one after each that was settled. What it throws reaches the caller as the cause of `NoToken`. */
	next(): Promise<Ticket>;
};

const tries = 3;
/** A whole batch may have been used elsewhere: by another tab, or before this device's storage was put back. */
const tokenTries = 40;
/** A server that refuses what it has just made won't take the next one. */
const refusals = 2;
let opening: AbortController | null = null;

/** The new room is `current.room` then. Throws `NoToken` and `RoomError`; `cancelled` after `cancelOpening`. */
export async function openRoom(answers: OpenAnswers): Promise<RoomView> {
	requireSupport();
	guardPage();
	const vault = pageVault();
	const stop = vault.onProgress((progress) => answers.onProgress?.(progress));
	const { signal } = (opening = new AbortController());
	try {
		return await open(answers, signal);
	} catch (error) {
		throw error instanceof NoToken ? error : toRoomError(error);
	} finally {
		stop();
	}
}

/** Stops the opening of a room, however far it is. */
export function cancelOpening(): void {
	opening?.abort(new RoomError('cancelled'));
	pageVault().call('cancel', {}).catch(reportError);
}

type Key = Calls['create'][1];

async function open(answers: OpenAnswers, signal: AbortSignal): Promise<RoomView> {
	const { mode, password, people, lifetimeSeconds, author, purse } = answers;
	const vault = pageVault();
	const known = password === undefined ? {} : { password };
	const me = author ?? suggestAlias();
	const { made, ticket } = await makeBoth(answers, me, signal);
	try {
		const lifetime = lifetimeSeconds === undefined ? {} : { lifetimeSeconds };
		const paid = pay({ ...made, people, ...lifetime }, purse, ticket);
		await unlessAborted(paid, signal);
		return await enter({ ...made, mode, author: me, ...known }, signal);
	} catch (error) {
		await forgetKey(vault, made.key);
		throw error;
	}
}

/** Key and token at once: whoever has no token yet waits for the slower of the two. */
async function makeBoth(
	{ mode, roomName, password, purse }: OpenAnswers,
	author: Author,
	signal: AbortSignal
): Promise<{ readonly made: Key; readonly ticket: Ticket | undefined }> {
	const vault = pageVault();
	const known = password === undefined ? {} : { password };
	const making = vault.call('create', { mode, roomName: roomName.normalize('NFC'), author, ...known });
	try {
		const [made, ticket] = await Promise.all([making, purse && unlessAborted(take(purse), signal)]);
		return { made, ticket };
	} catch (error) {
		// The key may be made by now, or is still being made.
		vault.call('cancel', {}).catch(reportError);
		making.then(({ key }) => forgetKey(vault, key)).catch(() => undefined);
		throw error;
	}
}

async function take(purse: Purse): Promise<Ticket> {
	try {
		return await purse.next();
	} catch (error) {
		throw new NoToken(error);
	}
}

type Room = Omit<Parameters<typeof createRoom>[1], 'token'>;

function answerOf(error: unknown): TokenAnswer | null {
	if (!(error instanceof ApiFailure)) return null;
	if (error.code === 'TOKEN_SPENT') return 'spent';
	return error.code === 'TOKEN_INVALID' ? 'refused' : null;
}

/** With the first token that the server takes. */
async function pay(room: Room, purse: Purse | undefined, first: Ticket | undefined): Promise<void> {
	let ticket = first;
	for (let [n, refused] = [1, 0]; ; n++) {
		try {
			await register(ticket === undefined ? room : { ...room, token: ticket.token });
			await ticket?.settle('used');
			return;
		} catch (error) {
			const answer = answerOf(error);
			if (answer === null || purse === undefined || ticket === undefined) throw error;
			await ticket.settle(answer);
			if (answer === 'refused') refused++;
			if (n === tokenTries || refused > refusals) throw error;
			ticket = await take(purse);
		}
	}
}

/** The same values get the same answer, so that an answer that was lost is asked for again. */
async function register(room: Parameters<typeof createRoom>[1]): Promise<void> {
	for (let n = 1; ; n++) {
		try {
			await createRoom(pageServer().http, room);
			return;
		} catch (error) {
			if (n === tries || !(error instanceof ApiFailure) || error.code !== 'OFFLINE') throw error;
		}
	}
}
