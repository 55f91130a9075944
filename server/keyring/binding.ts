/** One keyring, one database: both know a common name, docs/PROTOCOL.md §6.4. A wrong pair would end rooms that nobody meant to end. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { equalBytes } from '#protocol/bytes';
import type { Database } from '../db/client.ts';
import { systemDisk } from './disk.ts';
import { readSized, writeAnew } from './files.ts';
import { liveSlots } from './hours.ts';
import type { Keyring } from './keyring.ts';

const name = 'database.id';
const idSize = 16;
/** Any number that nothing else locks in this database. */
const bindingLock = 7_071_002;
/** For the writer, which starts beside this process, to bind. */
const patienceMs = 5_000;
const retryMs = 200;

export type BindingRequest = {
	readonly db: Database;
	readonly keyring: Pick<Keyring, 'live'>;
	readonly folder: string;
	/** The hour that it is; keys of earlier ones are nobody's loss. */
	readonly epochHour: number;
	/** The operator's word that the database's own keyring is lost: its rooms may go. */
	readonly endRooms: boolean;
	readonly randomBytes: (size: number) => Uint8Array;
	readonly waitMs?: number;
};

/**
 * `found`: they belong together. `bound`: they do from now on. `rooms ended`: the same, and all rooms of the database were
 * deleted. Throws with what to do when they don't belong together and something would be lost.
 */
export type Bound = 'found' | 'bound' | 'rooms ended';

export async function bindToDatabase(request: BindingRequest): Promise<Bound> {
	const until = performance.now() + (request.waitMs ?? patienceMs);
	for (;;) {
		const bound = await tryToBind(request);
		if (bound !== null) return bound;
		if (performance.now() >= until) throw wrongPair(request, 'a server with another database is using it');
		await pause(retryMs);
	}
}

/** `null` when it is the writer's turn, and this process isn't it. */
function tryToBind(request: BindingRequest): Promise<Bound | null> {
	const { db, keyring, folder, endRooms, randomBytes } = request;
	return db.sql.begin(async (tx): Promise<Bound | null> => {
		await tx`select pg_advisory_xact_lock(${bindingLock})`;
		const ofFolder = await readSized({ folder, name, size: idSize });
		const ofDatabase = await idOf(tx);
		if (ofFolder !== null && ofDatabase !== null && equalBytes(ofFolder, ofDatabase)) return 'found';
		if (ofFolder === null && ofDatabase !== null && (await holdsKeysOf(tx, folder))) {
			await writeAnew({ folder, name, bytes: ofDatabase, randomBytes });
			return 'found';
		}
		// Only the writer binds: a folder that another process writes in is bound, or will be at once.
		if (keyring.live() === null) return null;
		if (await holdsKeys(request)) throw wrongPair(request, 'it holds keys to the rooms of another database');
		// Also after a first start that was cut off when only the folder had its name.
		const isNew = ofDatabase === null;
		const losesRooms = !isNew && (await hasRooms(tx));
		if (losesRooms && !endRooms) throw lostKeyring(request);
		// Rooms that are over, too: the numbers of their slots would be those of others in this folder.
		if (!isNew) await tx`truncate rooms, envelopes, remains`;
		const id = randomBytes(idSize);
		await tx`insert into installation (id) values (${id}) on conflict (one) do update set id = excluded.id`;
		await writeAnew({ folder, name, bytes: id, randomBytes });
		return losesRooms ? 'rooms ended' : 'bound';
	});
}

type Transaction = Parameters<Parameters<Database['sql']['begin']>[1]>[0];

async function idOf(tx: Transaction): Promise<Uint8Array | null> {
	const [row] = await tx<{ id: Uint8Array }[]>`select id from installation`;
	return row === undefined ? null : new Uint8Array(row.id);
}

async function hasRooms(tx: Transaction): Promise<boolean> {
	const [row] = await tx<{ any: boolean }[]>`select exists (select from rooms where expires_at > clock_timestamp()) as any`;
	return row?.any ?? false;
}

async function holdsKeys({ folder, epochHour }: BindingRequest): Promise<boolean> {
	for await (const slots of liveSlots({ disk: systemDisk, folder })) {
		if (slots.some((slot) => slot.epochHour >= epochHour)) return true;
	}
	return false;
}

/** Keyed names are no accident: a folder that has one of this database's rooms is its own, and has only lost its name. */
async function holdsKeysOf(tx: Transaction, folder: string): Promise<boolean> {
	for await (const slots of liveSlots({ disk: systemDisk, folder })) {
		const [row] = await tx<{ known: boolean }[]>`
			select exists (select from rooms where ref in ${tx(slots.map(({ ref }) => ref))}) as known`;
		if (row?.known === true) return true;
	}
	return false;
}

function wrongPair({ folder }: BindingRequest, why: string): Error {
	return new Error(
		`KEYRING_DIR: ${path.resolve(folder)} belongs to another database: ${why}. Set KEYRING_DIR to the keyring of this database, or to an empty folder. If the database that it belongs to is lost, nobody can open its rooms any more: overwrite their keys (shred -u ${path.join(path.resolve(folder), '*.ek')}) and remove the folder.`
	);
}

function lostKeyring({ folder }: BindingRequest): Error {
	return new Error(
		`KEYRING_DIR: ${path.resolve(folder)} is not the keyring of this database, and without its own nobody can open the rooms that are in it. Set KEYRING_DIR to the right folder. If that is lost, start once with KEYRING_LOST=end-all-rooms, which deletes all rooms and begins anew with this folder.`
	);
}
