/** Gets a batch of tokens: work where it is asked for, blinding, the server's answer, its proof (docs/PROTOCOL.md §16.1). */
import type { Client } from '@urql/core';
import type { Bytes } from '#protocol/bytes';
import type { Token } from '#protocol/tokens';
import { ApiFailure } from '../api/failure.ts';
import { issueFreeTokens, issueProTokens, readAccount } from '../api/plan.ts';
import type { Issued } from '../api/plan.ts';
import { fetchWork } from '../api/rooms.ts';
import type { WorkDone } from '../vault/token-calls.ts';
import type { TokenBatch } from '../vault/token-worker.ts';
import { startTokenBatch } from '../vault/token-worker.ts';
import { WalletError } from './wallet-problems.ts';

export type StartBatch = (onWork: (done: WorkDone) => void) => TokenBatch;

export type Tools = {
	readonly client: Client;
	/** Absent: the page's worker. */
	readonly startBatch?: StartBatch;
	/** Stops it, however far it is. */
	readonly signal: AbortSignal;
	/** Told of every hash. */
	readonly onWork: (done: WorkDone) => void;
};

/** `key`: the public key of that plan and month. */
export type Wanted = { readonly period: number; readonly key: Bytes; readonly count: number };

/** More than this no server asks for that means to be used. */
const maxDifficulty = 16;

async function within<Value>(
	{ startBatch = startTokenBatch, signal, onWork }: Tools,
	run: (batch: TokenBatch) => Promise<Value>
): Promise<Value> {
	signal.throwIfAborted();
	const batch = startBatch(onWork);
	const stop = (): void => batch.end();
	signal.addEventListener('abort', stop);
	try {
		return await run(batch);
	} finally {
		signal.removeEventListener('abort', stop);
		batch.end();
	}
}

/**
 * Work that the server doesn't take any more is done once again: its challenge ran out while the device slept, the server was started
 * anew, or the browser sent the request twice, of which the first was answered to nobody.
 */
export async function fetchFreeTokens(tools: Tools, wanted: Wanted): Promise<readonly Token[]> {
	try {
		return await workForTokens(tools, wanted);
	} catch (error) {
		if (!(error instanceof ApiFailure) || error.code !== 'POW_INVALID') throw error;
		return workForTokens(tools, wanted);
	}
}

function workForTokens(tools: Tools, { period, key, count }: Wanted): Promise<readonly Token[]> {
	return within(tools, async (batch) => {
		const { challenge, difficulty } = await fetchWork(tools.client, 'tokens');
		if (difficulty > maxDifficulty) throw new WalletError('busy');
		const { blinded, nonce } = await batch.begin({ plan: 'free', period, count }, { challenge, difficulty });
		if (nonce === undefined) throw new WalletError('unexpected');
		const issued = await issueFreeTokens(tools.client, { period, work: { challenge, nonce }, blinded });
		return batch.finish(issued, key);
	});
}

export function fetchProTokens(tools: Tools, wanted: Wanted & { readonly account: string }): Promise<readonly Token[]> {
	const { period, key, count, account } = wanted;
	return within(tools, async (batch) => {
		const { blinded } = await batch.begin({ plan: 'pro', period, count });
		return batch.finish(await issueUnlessHad(tools.client, { period, account, blinded }), key);
	});
}

/** An account that has had its hour and an address that has asked too often are refused alike. The latter can't read it either. */
async function issueUnlessHad(client: Client, wanted: Parameters<typeof issueProTokens>[1]): Promise<Issued> {
	try {
		return await issueProTokens(client, wanted);
	} catch (error) {
		if (!(error instanceof ApiFailure) || error.code !== 'RATE_LIMITED') throw error;
		await readAccount(client, wanted.account);
		throw new WalletError('pro-hour');
	}
}
