/**
 * A room on its way, from its key to its maker's coming in: docs/PROTOCOL.md §6.2, §16.1. What a failed try leaves serves the next
 * one, since the server may have made the room though its answer was lost: no second press costs a second room.
 */
import type { Client } from '@urql/core';
import type { Mode } from '#protocol/mode';
import type { PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { ApiFailure } from '../api/failure.ts';
import { createRoom } from '../api/rooms.ts';
import type { NewRoom } from '../api/rooms.ts';
import type { Author, Calls } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import type { Door } from './enter.ts';
import { suggestAlias } from './nick.ts';
import { forgetKey } from './page-vault.ts';
import { toProblem } from './problems.ts';
import type { Cancellable } from './reconnect.ts';
import { unlessAborted } from './timers.ts';
import { NoToken } from './view.ts';
import type { EntryProblem } from './view.ts';

export type OpenAnswers = {
	readonly mode: Mode;
	/** Empty: a room without a name. */
	readonly roomName: string;
	readonly password?: string;
	/** People limit, the opener included. */
	readonly people: number;
	/** Absent: the plan's only one. */
	readonly lifetimeSeconds?: number;
	/** Of a Live room: `emptyPolicy`. */
	readonly emptyPolicy?: number;
	/** Of a Direct room: the person has read that the other one may see their address. */
	readonly openly?: boolean;
	/** What pays for the room; absent where plans are off. */
	readonly purse?: Purse;
};

/** `spent`: it had opened another room before. `refused`: the server never made it. */
export type TokenAnswer = 'used' | 'spent' | 'refused';

/** A token, and whom to tell what the server said of it. One that nobody hears of again may be tried once more. */
export type Ticket = { readonly token: Token; settle(answer: TokenAnswer): Promise<void> };

export type Purse = {
	/** Of all its tickets. */
	readonly plan: PlanName;
	/** Another one after each that was settled. What it throws reaches the caller as the cause of `NoToken`. */
	next(): Promise<Ticket>;
};

export type Ports<Room> = {
	readonly vault: Pick<Vault, 'call'>;
	readonly http: Client;
	readonly enter: (door: Door, signal: AbortSignal) => Promise<Room>;
	readonly pause: (ms: number) => Cancellable;
};

type Made = Calls['create'][1];
type Draft = {
	readonly answers: OpenAnswers;
	readonly author: Author;
	/** The key stays in the vault: only it can speak as who signed the card. */
	readonly made: Made;
	/** Not settled yet. */
	ticket: Ticket | undefined;
	/** The server has said that the room is there. */
	registered: boolean;
};

/** Between two tries at a server that doesn't answer: long enough to come from one network into another. */
const pausesMs = [500, 2000, 5000];
/** A whole batch may have been used elsewhere: by another tab, or before this device's storage was put back. */
const tokenTries = 40;
/** A server that refuses what it has just made won't take the next one. */
const refusals = 2;
/** After these the same room may be asked for again; after all others it won't be had. */
const passing: ReadonlySet<EntryProblem> = new Set<EntryProblem>([
	'server-away',
	'too-fast',
	'many-tries',
	'locked',
	'cancelled'
]);
/** Each goes with its page's vault, when keys and text are wiped. */
const drafts = new WeakMap<object, Draft>();

/** Throws `NoToken`, `ApiFailure`, `ProtocolError`, `VaultError`, `RoomError`, and what `signal` was aborted for. */
export async function openDraft<Room>(ports: Ports<Room>, answers: OpenAnswers, signal: AbortSignal): Promise<Room> {
	const { vault, enter } = ports;
	const draft = (await earlierDraft(vault, answers)) ?? (await makeBoth(vault, answers, signal));
	const { made, author } = draft;
	drafts.set(vault, draft);
	try {
		await unlessAborted(register(ports, draft, signal), signal);
		const { mode, openly } = answers;
		const room = await enter({ ...made, mode, author, keepsPlace: true, ...knownOf(answers), ...(openly && { openly }) }, signal);
		drafts.delete(vault);
		return room;
	} catch (error) {
		if (!passing.has(toProblem(error))) await drop(vault, draft);
		throw error;
	}
}

async function drop(vault: Ports<unknown>['vault'], { made }: Draft): Promise<void> {
	drafts.delete(vault);
	await forgetKey(vault, made.key);
}

const knownOf = ({ password }: OpenAnswers): { readonly password?: string } => (password === undefined ? {} : { password });

function isSame(one: OpenAnswers, other: OpenAnswers): boolean {
	const fields = ['mode', 'roomName', 'password', 'people', 'lifetimeSeconds', 'emptyPolicy'] as const;
	return fields.every((field) => one[field] === other[field]) && one.purse?.plan === other.purse?.plan;
}

async function earlierDraft(vault: Ports<unknown>['vault'], answers: OpenAnswers): Promise<Draft | null> {
	const draft = drafts.get(vault);
	if (draft === undefined) return null;
	if (isSame(draft.answers, answers)) return draft;
	await drop(vault, draft);
	return null;
}

/** Key and token at once: whoever has no token yet waits for the slower of the two. */
async function makeBoth(vault: Ports<unknown>['vault'], answers: OpenAnswers, signal: AbortSignal): Promise<Draft> {
	const { mode, roomName, purse } = answers;
	const author = suggestAlias();
	const making = vault.call('create', { mode, roomName: roomName.normalize('NFC'), author, ...knownOf(answers) });
	try {
		const [made, ticket] = await Promise.all([making, purse && unlessAborted(take(purse), signal)]);
		return { answers, author, made, ticket, registered: false };
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

function answerOf(error: unknown): TokenAnswer | null {
	if (!(error instanceof ApiFailure)) return null;
	if (error.code === 'TOKEN_SPENT') return 'spent';
	return error.code === 'TOKEN_INVALID' ? 'refused' : null;
}

async function settle(draft: Draft, answer: TokenAnswer): Promise<void> {
	const { ticket } = draft;
	draft.ticket = undefined;
	await ticket?.settle(answer);
}

/** With the first token that the server takes. Nothing new begins once it is stopped; what is on the wire by then still counts. */
async function register(ports: Ports<unknown>, draft: Draft, signal: AbortSignal): Promise<void> {
	const { purse, people, lifetimeSeconds, emptyPolicy } = draft.answers;
	const terms = {
		people,
		...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
		...(emptyPolicy === undefined ? {} : { emptyPolicy })
	};
	for (let [n, refused] = [1, 0]; !draft.registered; n++) {
		signal.throwIfAborted();
		draft.ticket ??= purse && (await take(purse));
		const token = draft.ticket && { token: draft.ticket.token };
		try {
			await send(ports, { ...draft.made, ...terms, ...token }, signal);
		} catch (error) {
			const answer = answerOf(error);
			if (answer === null || draft.ticket === undefined) throw error;
			await settle(draft, answer);
			if (answer === 'refused') refused++;
			if (n === tokenTries || refused > refusals) throw error;
			continue;
		}
		draft.registered = true;
		await settle(draft, 'used');
	}
}

/** The same values get the same answer, so that an answer that was lost is asked for again. */
async function send({ http, pause }: Ports<unknown>, room: NewRoom, signal: AbortSignal): Promise<void> {
	for (const ms of [...pausesMs, null]) {
		signal.throwIfAborted();
		try {
			await createRoom(http, room);
			return;
		} catch (error) {
			if (ms === null || !(error instanceof ApiFailure) || error.code !== 'OFFLINE') throw error;
			const rest = pause(ms);
			signal.addEventListener('abort', rest.cancel, { once: true });
			await rest.done;
		}
	}
}
