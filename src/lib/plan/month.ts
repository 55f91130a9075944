/** What this device has used of the month: all that anybody can know, since no room leads back to who opened it. */
import { periodOf } from '#protocol/tokens';
import { readFreeBatch, readProRooms, readTokens } from '../storage/tokens.ts';

export type Month = {
	/** Year · 12 + month − 1 (UTC). */
	readonly period: number;
	/** Rooms opened with the free batch. */
	readonly free: number;
	/** Rooms' worth in the free batch; absent: this device has had none yet. */
	readonly batch?: number;
	/** Rooms opened with Pro. */
	readonly pro: number;
};

/** @param now unix ms */
export async function readMonth(now: number): Promise<Month> {
	const period = periodOf(now);
	const [batch, left, pro] = await Promise.all([readFreeBatch(period), readTokens('free', period), readProRooms(period)]);
	return batch === null ? { period, free: 0, pro } : { period, free: Math.max(0, batch - left.length), batch, pro };
}
