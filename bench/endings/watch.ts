/** Looks from outside at what is left of rooms that end: their keys in the keyring's file, and their rows. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '../../server/db/client.ts';
import { hasCode } from '../../server/keyring/codes.ts';
import { blockSize, fileName } from '../../server/keyring/record.ts';
import type { EndingRooms } from './ending-rooms.ts';

/** Seldom enough that watching takes nothing that shows. */
const everyMs = 50;
const patienceMs = 180_000;
const zeros = Buffer.alloc(blockSize);

/** Milliseconds from the end until `check` held; `null` when it never did. */
export async function sinceEnd({ endsAt }: EndingRooms, check: () => Promise<boolean>): Promise<number | null> {
	const since = () => Date.now() - endsAt * 1000;
	if (since() < 0) await pause(-since());
	while (since() < patienceMs) {
		if (await check()) return since();
		await pause(everyMs);
	}
	return null;
}

/** Records of the hour's file that aren't all zero. A file that is gone has none. */
export async function recordsLeft(folder: string, { epochHour }: EndingRooms): Promise<number> {
	const bytes = await bytesOf(path.join(folder, fileName(epochHour)));
	let left = 0;
	for (let at = blockSize; at < bytes.length; at += blockSize) if (!zeros.equals(bytes.subarray(at, at + blockSize))) left++;
	return left;
}

async function bytesOf(file: string): Promise<Buffer> {
	try {
		return await readFile(file);
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
		throw error;
	}
}

/** A row goes in the transaction that waited until its key was flushed to the disk as zeros. */
export async function hasRoomRows(sql: Sql, { ids }: EndingRooms): Promise<boolean> {
	const [row] = await sql<{ any: boolean }[]>`
		select exists (select from rooms where id between ${lowest(ids)}::bigint and ${highest(ids)}::bigint) as any`;
	return row?.any ?? true;
}

/** Of any kind: rooms, what is to be deleted, and messages, which are looked at last, since counting them reads the whole day. */
export async function hasRows(sql: Sql, ending: EndingRooms): Promise<boolean> {
	const [waiting] = await sql<{ any: boolean }[]>`select exists (select from remains) as any`;
	if (waiting?.any !== false || (await hasRoomRows(sql, ending))) return true;
	const { day, ids } = ending;
	const [row] = await sql<{ any: boolean }[]>`
		select exists (
			select from envelopes where day = ${day} and room between ${lowest(ids)}::bigint and ${highest(ids)}::bigint
		) as any`;
	return row?.any ?? true;
}

function lowest(ids: readonly bigint[]): string {
	return String(ids[0] ?? 0n);
}

function highest(ids: readonly bigint[]): string {
	return String(ids.at(-1) ?? 0n);
}
