/** All hours' files of a folder, for the one process that writes them: docs/PROTOCOL.md §6. */
import path from 'node:path';
import { createHour } from './hour.ts';
import type { Hour, HourOptions } from './hour.ts';
import type { LiveSlot, Slots } from './keyring.ts';
import { createReads } from './reads.ts';
import type { Reads } from './reads.ts';
import { blockSize, fileName, hourOf, offsetOf, parseHeader, parseRecord, slotsIn } from './record.ts';
import { shred } from './shred.ts';

/** Under it version 0.1 had sealed all rooms. */
const oldKeyName = 'seal.key';

type Place = Pick<HourOptions, 'disk' | 'folder'>;

export type Hours = Slots & {
	/** The live slots of one file after the other; a file that has none is left out. */
	live(): AsyncIterable<readonly LiveSlot[]>;
	/**
	 * Ends the hours before `epochHour`, and the one key of all rooms that version 0.1 had. Resolves to how many hours. Rejects with
	 * the first failure, after all the others have ended, and until it found none with a damaged file of another hour.
	 */
	sweep(epochHour: number): Promise<number>;
	/** After all that was asked for until now. */
	idle(): Promise<void>;
};

export function createHours(options: Omit<HourOptions, 'epochHour'>): Hours {
	const hours = new Map<number, Hour>();
	const hourAt = (epochHour: number): Hour => {
		const hour = hours.get(epochHour) ?? createHour({ ...options, epochHour });
		hours.set(epochHour, hour);
		return hour;
	};
	const reads = new Map<number, Reads>();
	const readsAt = (epochHour: number): Reads => {
		const found = reads.get(epochHour) ?? createReads({ ...options, epochHour });
		reads.set(epochHour, found);
		return found;
	};
	let ended = 0;
	let isWhole = false;
	return {
		async create(epochHour, ref) {
			if (epochHour < ended) throw new Error('keyring: expected an hour that is not over');
			return hourAt(epochHour).create(ref);
		},
		read: (epochHour, slot, ref) => readsAt(epochHour)({ slot, ref }),
		wipe: (epochHour, slot, ref) => hourAt(epochHour).wipe(slot, ref),
		live: () => liveSlots(options),
		async sweep(epochHour) {
			ended = Math.max(ended, epochHour);
			const over = (await listHours(options)).filter((hour) => hour < epochHour);
			const results = await Promise.allSettled(over.map((hour) => hourAt(hour).end()));
			const hadOldKey = await shred(options.disk, path.join(options.folder, oldKeyName));
			if (hadOldKey || over.length > 0) await options.disk.syncFolder(options.folder);
			for (const result of results) if (result.status === 'rejected') throw result.reason;
			for (const each of [hours, reads]) for (const hour of each.keys()) if (hour < epochHour) each.delete(hour);
			if (!isWhole) await requireWhole(options);
			isWhole = true;
			return over.length;
		},
		async idle() {
			await Promise.all([...hours.values()].map((hour) => hour.idle()));
		}
	};
}

async function listHours({ disk, folder }: Place): Promise<readonly number[]> {
	const hours = (await disk.list(folder)).map(hourOf).filter((hour) => hour !== null);
	return hours.sort((a, b) => a - b);
}

/** Live slots of one file after the other. */
export async function* liveSlots(place: Place): AsyncGenerator<readonly LiveSlot[], void> {
	for (const epochHour of await listHours(place)) {
		const slots = await liveOf(place, epochHour);
		if (slots.length > 0) yield slots;
	}
}

const recordsAtOnce = 1024;

async function liveOf({ disk, folder }: Place, epochHour: number): Promise<readonly LiveSlot[]> {
	const open = await disk.open(path.join(folder, fileName(epochHour)), 'read');
	if (open === null) return [];
	try {
		const count = slotsIn(await open.size());
		const found: LiveSlot[] = [];
		for (let first = 0; first < count; first += recordsAtOnce) {
			const records = await open.read(blockSize * Math.min(recordsAtOnce, count - first), offsetOf(first));
			for (let at = 0; at < records.length; at += blockSize) {
				const record = parseRecord(records.subarray(at, at + blockSize));
				if (record !== null) found.push({ epochHour, slot: first + at / blockSize, ref: record.ref.slice() });
			}
			records.fill(0);
		}
		return found;
	} finally {
		await open.close();
	}
}

/** For the writer, before its first use of the folder: finishes what a crash cut off in the middle of ending an hour, removes drafts. */
export async function tidy({ disk, folder }: Place): Promise<void> {
	const names = await disk.list(folder);
	const drafts = names.filter((name) => name.startsWith('.') && hourOf(name.slice(1)) !== null);
	for (const draft of drafts) await disk.unlink(path.join(folder, draft));
	const cut: number[] = [];
	for (const hour of await listHours({ disk, folder })) {
		if ((await stateOf({ disk, folder }, hour)) === 'ended') cut.push(hour);
	}
	for (const hour of cut) await shred(disk, path.join(folder, fileName(hour)));
	if (drafts.length + cut.length > 0) await disk.syncFolder(folder);
}

async function requireWhole(place: Place): Promise<void> {
	const [name] = await damagedFiles(place);
	if (name === undefined) return;
	const file = path.join(place.folder, name);
	throw new Error(`keyring: ${file} is damaged or not a file of keys. ${remedyOfDamage(file)}`);
}

/** Moved away it would keep the keys that are left in it. */
export function remedyOfDamage(file: string): string {
	return `Put the right one back, or overwrite it (shred -u ${file}): the rooms of its hour end then.`;
}

/** Names of files that are not what their names say. */
export async function damagedFiles(place: Place): Promise<readonly string[]> {
	const damaged: string[] = [];
	for (const hour of await listHours(place)) if ((await stateOf(place, hour)) === 'damaged') damaged.push(fileName(hour));
	return damaged;
}

/** `ended`: zeros where the header was. */
async function stateOf({ disk, folder }: Place, epochHour: number): Promise<'in use' | 'ended' | 'damaged' | 'gone'> {
	const open = await disk.open(path.join(folder, fileName(epochHour)), 'read');
	if (open === null) return 'gone';
	try {
		const header = await open.read(blockSize, 0);
		try {
			const epochKey = parseHeader(header, epochHour);
			epochKey?.fill(0);
			return epochKey === null ? 'ended' : 'in use';
		} catch {
			return 'damaged'; // Not a header: what it says of it is the same for all.
		} finally {
			header.fill(0);
		}
	} finally {
		await open.close();
	}
}
