/** Fills a room from outside a browser: joins as anybody does, seals with the real keeper, and lays the rows down in one go. */
import type { Bytes } from '#protocol/bytes';
import { messageId } from '#protocol/envelope';
import type { Database } from '../server/db/client.ts';
import { solveWork } from '../src/lib/crypto/work.ts';
import { join } from '../src/lib/room/join.ts';
import { doorTo } from '../src/lib/room/testing-door.ts';
import { argon2 } from '../src/lib/vault/argon2.ts';
import { createKeeper } from '../src/lib/vault/keeper.ts';
import type { Invitation } from './person.ts';

const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

/** Writes `count` messages "line 1", "line 2", … as one author into the room, which has to be the newest; afterwards its counters say so. */
export async function fillRoom(database: Database, origin: string, invitation: Invitation, count: number): Promise<void> {
	const keeper = createKeeper({
		random,
		kdf: { derive: argon2, work: (work) => solveWork(argon2, work) },
		now: () => Date.now()
	});
	const code = invitation.link.split('#')[1] ?? '';
	const { key, roomId } = await keeper.readLink({ code });
	await keeper.unlock({ key, password: invitation.password });
	const vault = { call: async (name: keyof typeof keeper, args: never) => keeper[name](args) };
	const { transport, entry } = await join({
		server: doorTo(origin),
		vault: vault as unknown as Parameters<typeof join>[0]['vault'],
		clock: { now: () => performance.now(), wall: () => Date.now() },
		key,
		roomId
	});
	await keeper.enter({
		key,
		shard: entry.shard,
		shardTag: entry.shardTag,
		card: entry.card,
		author: { nick: 'Long Writer', colour: 3 }
	});
	const rows: Bytes[] = [];
	for (let n = 1; n <= count; n++) {
		const { envelope, mid } = await keeper.seal({ key, body: { type: 'text', text: `line ${n}` }, seen: [], time: Date.now() });
		await keeper.settle({ key, mids: [mid] });
		rows.push(envelope);
	}
	transport.close();
	await layDown(database, rows);
}

async function layDown({ sql }: Database, envelopes: readonly Bytes[]): Promise<void> {
	const batch = 500;
	await sql.begin(async (tx) => {
		const [room] = await tx<{ id: bigint; day: number }[]>`select id, day from rooms order by id desc limit 1`;
		if (room === undefined) throw new Error('no room');
		for (let from = 0; from < envelopes.length; from += batch) {
			const rows = envelopes.slice(from, from + batch).map((env, index) => ({
				...{ day: room.day, room: room.id, seq: from + index + 1, t: Math.floor((from + index) / 10) },
				...{ mid: Buffer.from(messageId(env)), env: Buffer.from(env) }
			}));
			await tx`insert into envelopes ${tx(rows)}`;
		}
		await tx`update rooms set next_seq = ${envelopes.length + 1}, used = ${envelopes.length}, cap = null where id = ${room.id}`;
	});
}
