/**
 * Many rooms that end at one second, as they lie there after a life: rows in the order in which rooms talk side by side, vacuumed,
 * with a checkpoint behind them. Slots come from the keyring itself, over its socket, and every seal is a real one, so that these
 * rooms can be entered; only the rows go past the server, which would take minutes to write them.
 */
import { randomBytes } from 'node:crypto';
import { messageId } from '#protocol/envelope';
import type { Sql } from '../../server/db/client.ts';
import type { Keyring } from '../../server/keyring/keyring.ts';
import { refOf } from '../../server/keyring/ref.ts';
import { dayOf, epochOf } from '../../server/rooms/room.ts';
import { sealContents } from '../../server/rooms/vault.ts';
import { readyEnvelope } from '../message.ts';
import type { Room } from '../room.ts';
import { makeRoom } from '../room.ts';
import { copyLine, copyLines } from './copy.ts';

export type EndingRooms = {
	readonly rooms: readonly Room[];
	readonly ids: readonly bigint[];
	/** Whole unix seconds. */
	readonly endsAt: number;
	readonly epochHour: number;
	readonly day: number;
};

export type Store = { readonly sql: Sql; readonly keyring: Keyring };
export type Amount = { readonly rooms: number; readonly messages: number };

const storedWithPassword = 0x12;
/** Free, of 20 people: docs/PROTOCOL.md §11. */
const [plan, people] = [0, 20];
/** Filling the tables, and all that comes before the end, takes less. */
const setupSeconds = 300;
const sealedAtOnce = 500;

/** `leadSeconds`: from the last message to the end. Sealing the rooms and writing their rows takes a part of it. */
export async function makeEndingRooms({ sql, keyring }: Store, amount: Amount, leadSeconds: number): Promise<EndingRooms> {
	const day = dayOf(unixSeconds() + setupSeconds);
	const ids = await reserveIds(sql, amount.rooms);
	const envelopes = await sql`copy envelopes (day, room, seq, mid, t, env) from stdin`.writable();
	await copyLines(envelopeLines(ids, amount.messages, day), envelopes);
	await sql`vacuum (analyze) envelopes`;
	await sql`checkpoint`;
	const endsAt = Math.ceil(unixSeconds()) + leadSeconds;
	if (dayOf(endsAt) !== day) throw new Error('endings: the day is almost over; begin again after midnight (UTC)');
	const ending = { rooms: ids.map(() => makeRoom()), ids, endsAt, epochHour: epochOf(endsAt), day };
	await copyLines(
		await roomLines(keyring, ending, amount.messages),
		await sql`copy rooms (id, ref, epoch, day, byte0, slot, sealed, created_at, expires_at, next_seq, used, plan, people, card)
			from stdin`.writable()
	);
	await sql`vacuum (analyze) rooms`;
	return ending;
}

export function unixSeconds(): number {
	return Date.now() / 1000;
}

async function reserveIds(sql: Sql, count: number): Promise<readonly bigint[]> {
	const rows = await sql<{ id: bigint }[]>`
		select nextval(pg_get_serial_sequence('rooms', 'id')) as id from generate_series(1, ${count}::int)`;
	return rows.map(({ id }) => id);
}

function* envelopeLines(ids: readonly bigint[], messages: number, day: number): Generator<string> {
	for (let seq = 1; seq <= messages; seq++) {
		for (const id of ids) {
			const env = readyEnvelope('content');
			yield copyLine(day, id, seq, messageId(env), seq, env);
		}
	}
}

async function roomLines(keyring: Keyring, ending: EndingRooms, messages: number): Promise<readonly string[]> {
	const { rooms, ids, endsAt, epochHour, day } = ending;
	const createdAt = new Date().toISOString();
	const expiresAt = new Date(endsAt * 1000).toISOString();
	const lineOf = async (room: Room, id: bigint): Promise<string> => {
		const ref = refOf(keyring, room.id);
		const slot = await keyring.create(epochHour, ref);
		const place = { roomId: room.id, byte0: storedWithPassword, epochHour };
		const sealed = await sealContents(keyring, { place, slot, ref, contents: room, randomBytes });
		const begun = [id, ref, epochHour, day, storedWithPassword, slot, sealed, createdAt, expiresAt];
		return copyLine(...begun, messages + 1, messages, plan, people, room.card);
	};
	const lines: string[] = [];
	for (let from = 0; from < rooms.length; from += sealedAtOnce) {
		const some = rooms.slice(from, from + sealedAtOnce);
		lines.push(...(await Promise.all(some.map((room, at) => lineOf(room, ids[from + at] ?? 0n)))));
	}
	return lines;
}
