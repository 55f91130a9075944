/** What this device tells the others of the key that its tokens were proved with: docs/PROTOCOL.md §8, §16.1. */
import type { Bytes } from '#protocol/bytes';
import { periodOf, tokenGraceMs, tokenKeyHintSize } from '#protocol/tokens';
import type { Info } from '../api/rooms.ts';
import type { Database } from '../storage/database.ts';
import { readFreeKey } from '../storage/tokens.ts';
import { pause } from './timers.ts';

export type TokenKeyPorts = {
	/** What the server has told this page; `null` without an answer. */
	readonly readInfo: () => Promise<Pick<Info, 'tokenKeys'> | null>;
	/** Unix ms. */
	readonly now: () => number;
	/** Absent: this device's. */
	readonly database?: Database;
};

/** A hello waits no longer for it. */
const answerMs = 3_000;

/**
 * SHA-256 of the key, cut off: of the one that this month's batch was proved with, else of the one that the server names to
 * everybody. Zeros without either, and near the turn of a month, where people's clocks may give them different months. What is
 * known is not asked for again in its month.
 */
export function createTokenKeyHint(ports: TokenKeyPorts): () => Promise<Bytes> {
	const known = new Map<number, Bytes>();
	return async () => {
		const period = clearPeriod(ports.now());
		if (period === null) return new Uint8Array(tokenKeyHintSize);
		const hint = known.get(period) ?? (await readHint(ports, period));
		if (hint === null) return new Uint8Array(tokenKeyHintSize);
		known.set(period, hint);
		return hint;
	};
}

/** `null` within a day of its beginning or its end. */
function clearPeriod(now: number): number | null {
	const [before, period, after] = [now - tokenGraceMs, now, now + tokenGraceMs].map(periodOf);
	return before === period && after === period ? (period ?? null) : null;
}

async function readHint({ readInfo, database }: TokenKeyPorts, period: number): Promise<Bytes | null> {
	const key = (await readFreeKey(period, database)) ?? (await namedKey(readInfo, period));
	return key && new Uint8Array(await crypto.subtle.digest('SHA-256', key)).slice(0, tokenKeyHintSize);
}

/** `null` without an answer in time: the others compare theirs all the same. */
async function namedKey(readInfo: TokenKeyPorts['readInfo'], wanted: number): Promise<Bytes | null> {
	const limit = pause(answerMs);
	const info = await Promise.race([readInfo(), limit.done.then(() => null)]);
	limit.cancel();
	return info?.tokenKeys.find(({ plan, period }) => plan === 'free' && period === wanted)?.key ?? null;
}
