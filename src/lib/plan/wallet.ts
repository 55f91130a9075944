/**
 * The tokens of this device: a free batch for each month, and with Pro as many as are needed (docs/PROTOCOL.md §16). What is shown
 * of it stands in `wallet.svelte.ts`.
 */
import type { Client } from '@urql/core';
import type { PlanName } from '#protocol/plans';
import { defaultPlans } from '#protocol/plans';
import { isCurrent, maxProBatch, periodOf, tokenGraceMs } from '#protocol/tokens';
import type { Info, TokenKey } from '../api/rooms.ts';
import { readInfo } from '../api/rooms.ts';
import { readAccountCode } from '../storage/account.ts';
import type { Database } from '../storage/database.ts';
import { keepRefusal, readCodeMark, readRefusal } from '../storage/refusal.ts';
import * as store from '../storage/tokens.ts';
import type { StoredToken } from '../storage/tokens.ts';
import type * as Batch from './batch.ts';
import { toWalletError, WalletError } from './wallet-problems.ts';

export type Ports = {
	readonly client: Client;
	/** Absent: the page's worker. */
	readonly startBatch?: Batch.StartBatch;
	readonly database: Database;
	/** Unix ms. */
	readonly now: () => number;
	/** A number from 0 to `below` − 1 that nobody can foresee. */
	readonly draw: (below: number) => number;
	/** Runs it while no other tab of this site runs such a thing. */
	readonly alone: <Value>(run: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;
};

export type Running = Pick<Batch.Tools, 'signal' | 'onWork'>;

/** What this device knows of its month. */
export type Counts = {
	/** Pro with a code that the server has not refused, and as long as there are Pro tokens. */
	readonly plan: PlanName;
	/** This device has the code of an account. */
	readonly hasCode: boolean;
	readonly period: number;
	/** Rooms that this month's free batch is for; `null`: there is none yet. */
	readonly size: number | null;
	/** Free rooms that are left of it. */
	readonly left: number;
	/** Rooms opened from here with Pro. */
	readonly proRooms: number;
	/** Pro tokens at hand. */
	readonly spare: number;
};

/** Fewer spare Pro tokens than this, and more are fetched. */
const fewSpare = 10;
/** From now; so that fetching and using don't come together: docs/PROTOCOL.md §16.2. */
const refillMs = { least: 10 * 60_000, most: 6 * 3_600_000 };
/** Browsers may let timers of a page that nobody looks at wait for a minute. */
const punctualMs = 2 * 60_000;
const anotherTryMs = 10 * 60_000;

/** Months whose tokens a server may take now, the likeliest first: clocks may differ by a day. */
function periodsAt(now: number): readonly number[] {
	return [...new Set([periodOf(now), periodOf(now + tokenGraceMs), periodOf(now - tokenGraceMs)])];
}

/** Whoever has tokens needs none of it, and the home page is to be light. */
async function loadBatch(): Promise<typeof Batch> {
	try {
		return await import('./batch.ts');
	} catch {
		// Its script comes from the same server.
		throw new WalletError('server-away');
	}
}

export class TokenStore {
	readonly #ports: Ports;

	constructor(ports: Ports) {
		this.#ports = ports;
	}

	async counts(): Promise<Counts> {
		const { database, now } = this.#ports;
		const period = periodOf(now());
		await store.dropBefore(periodOf(now() - tokenGraceMs), database);
		const [code, refused, size, free, spare, proRooms] = await Promise.all([
			readAccountCode(database),
			readRefusal(database),
			store.readFreeBatch(period, database),
			store.readTokens('free', period, database),
			store.readTokens('pro', period, database),
			store.readProRooms(period, database)
		]);
		const hasCode = code !== null;
		const plan = hasCode && (spare.length > 0 || !refused) ? 'pro' : 'free';
		return { plan, hasCode, period, size, left: free.length, spare: spare.length, proRooms };
	}

	/** A token of that plan that was not used yet, fetched if there is none. Throws `WalletError`. */
	async next(plan: PlanName, running: Running): Promise<StoredToken> {
		try {
			const held = await this.#pick(plan);
			if (held !== null) return held;
			// Nothing is done of it yet, and another tab may be at it.
			running.onWork({ tried: 0, expected: 1 });
			if (plan === 'free') await this.#mustMakeFree(running);
			else await this.#refill(running);
			const made = await this.#pick(plan);
			if (made === null) throw new WalletError('quota');
			return made;
		} catch (error) {
			throw this.#failed(error, running.signal);
		}
	}

	/** It opened a room. */
	async used(stored: StoredToken): Promise<void> {
		const { database } = this.#ports;
		await store.dropToken(stored, database);
		if (stored.token.plan === 'pro') await store.countProRoom(stored.token.period, database);
	}

	/** Another tab was faster. */
	async spent(stored: StoredToken): Promise<void> {
		await store.dropToken(stored, this.#ports.database);
	}

	/** The server doesn't know the key that made it: it won't know the other ones of that month either. */
	async refused({ token }: StoredToken): Promise<void> {
		await store.dropMonth(token, this.#ports.database);
	}

	/** This month's free batch, unless this device has had it. Throws `WalletError`. */
	async makeFree(running: Running): Promise<void> {
		const { alone, database } = this.#ports;
		try {
			await alone(async () => {
				const { plans, tokenKeys } = await this.#askInfo();
				const { period, key } = this.#keyOf('free', tokenKeys);
				if ((await store.readFreeBatch(period, database)) !== null) return;
				const count = plans.free?.roomsPerMonth ?? defaultPlans.free.roomsPerMonth ?? 0;
				if (count === 0) throw new WalletError('quota');
				const { fetchFreeTokens } = await loadBatch();
				const tokens = await fetchFreeTokens(this.#tools(running), { period, key, count });
				await store.keepFreeBatch({ period, key, tokens }, database);
			}, running.signal);
		} catch (error) {
			throw this.#failed(error, running.signal);
		}
	}

	/** Fetches spare Pro tokens when it is time. Resolves with the ms after which it is to be asked again; `null`: not by time. */
	async tend(running: Running): Promise<number | null> {
		const { database, draw, now } = this.#ports;
		const { spare, hasCode } = await this.counts();
		if (!hasCode || spare >= fewSpare) {
			await store.planRefill(null, database);
			return null;
		}
		const at = spare === 0 ? now() : await this.#refillTime();
		if (at > now()) {
			await store.planRefill(at, database);
			return at - now();
		}
		try {
			await this.#refill(running);
			await store.planRefill(null, database);
			return null;
		} catch (error) {
			// Nobody waits for these; without any the next room fetches its own and says what is wrong.
			const { problem } = this.#failed(error, running.signal);
			if (problem === 'account' || problem === 'cancelled') return null;
			const waitMs = anotherTryMs + draw(anotherTryMs);
			await store.planRefill(now() + waitMs, database);
			return waitMs;
		}
	}

	/** One that was missed, while the app was closed or its device slept, is drawn anew: who opens it then is about to use a token. */
	async #refillTime(): Promise<number> {
		const { database, draw, now } = this.#ports;
		const planned = await store.readRefill(database);
		if (planned !== null && planned > now() - punctualMs) return planned;
		return now() + refillMs.least + draw(refillMs.most - refillMs.least);
	}

	/** Any: two tabs that open rooms at once seldom take the same one. */
	async #pick(plan: PlanName): Promise<StoredToken | null> {
		const { database, draw, now } = this.#ports;
		for (const period of periodsAt(now())) {
			const held = await store.readTokens(plan, period, database);
			const one = held.length === 0 ? undefined : held[draw(held.length)];
			if (one !== undefined) return one;
		}
		return null;
	}

	async #mustMakeFree(running: Running): Promise<void> {
		const { database, now } = this.#ports;
		if ((await store.readFreeBatch(periodOf(now()), database)) !== null) throw new WalletError('quota');
		await this.makeFree(running);
	}

	/** What the server says of the code is remembered until it says otherwise. */
	async #refill(running: Running): Promise<void> {
		const { database } = this.#ports;
		const mark = await readCodeMark(database);
		try {
			await this.#fetchPro(running);
			await keepRefusal(null, database);
		} catch (error) {
			if (toWalletError(error).problem === 'account') await keepRefusal(mark, database);
			throw error;
		}
	}

	async #fetchPro(running: Running): Promise<void> {
		const { alone, database } = this.#ports;
		await alone(async () => {
			// Another tab may have done so while this one waited.
			const { spare } = await this.counts();
			if (spare >= fewSpare) return;
			const account = await readAccountCode(database);
			if (account === null) throw new WalletError('account');
			const { tokenKeys, plans } = await this.#askInfo();
			const { period, key } = this.#keyOf('pro', tokenKeys);
			const count = Math.min(maxProBatch, plans.pro?.roomsPerHour ?? maxProBatch);
			const { fetchProTokens } = await loadBatch();
			const tokens = await fetchProTokens(this.#tools(running), { period, key, count, account });
			// Forgotten or replaced meanwhile: whoever did that fetches what the new one is good for.
			if (!(await store.keepProTokens({ account, tokens }, database))) throw new WalletError('cancelled');
		}, running.signal);
	}

	#askInfo(): Promise<Info> {
		return readInfo(this.#ports.client);
	}

	/** A server that gave each person a month of their own would know their tokens by it. */
	#keyOf(plan: PlanName, keys: readonly TokenKey[]): TokenKey {
		const key = keys.find((each) => each.plan === plan);
		if (key === undefined) throw new WalletError('unexpected');
		const { now } = this.#ports;
		if (!isCurrent(key.period, now()) && key.period !== periodOf(now() + tokenGraceMs)) throw new WalletError('clock');
		return key;
	}

	#tools(running: Running): Batch.Tools {
		const { client, startBatch } = this.#ports;
		return { client, ...(startBatch && { startBatch }), ...running };
	}

	#failed(error: unknown, signal: AbortSignal): WalletError {
		return signal.aborted ? new WalletError('cancelled') : toWalletError(error);
	}
}
