/** Reading the slots of one hour's file, anew at every use: no key stays in memory. What comes together shares one opening of the file. */
import path from 'node:path';
import { equalBytes } from '#protocol/bytes';
import type { OpenFile } from './disk.ts';
import type { HourOptions } from './hour.ts';
import type { LiveSlot, SlotKeys } from './keyring.ts';
import { blockSize, fileName, offsetOf, parseHeader, parseRecord } from './record.ts';

type File = Pick<HourOptions, 'disk' | 'folder' | 'epochHour'>;
type Wanted = Omit<LiveSlot, 'epochHour'>;
type Found = readonly (SlotKeys | null)[];
type Batch = { readonly wanted: Wanted[]; readonly found: Promise<Found> };

/** `null`: free, wiped, another room's, or there is no such hour. */
export type Reads = (wanted: Wanted) => Promise<SlotKeys | null>;

export function createReads(file: File): Reads {
	let last: Promise<unknown> = Promise.resolve();
	let gathering: Batch | null = null;
	const gather = (): Batch => {
		const wanted: Wanted[] = [];
		const found = last.then(() => {
			gathering = null;
			return readTogether(file, wanted);
		});
		last = found.catch(() => undefined); // Those who wait for it hear of the failure; the next batch begins all the same.
		return (gathering = { wanted, found });
	};
	return async (slot) => {
		if (!Number.isInteger(slot.slot) || slot.slot < 0) return null;
		const { wanted, found } = gathering ?? gather();
		const index = wanted.push(slot) - 1;
		return (await found)[index] ?? null;
	};
}

async function readTogether({ disk, folder, epochHour }: File, wanted: readonly Wanted[]): Promise<Found> {
	const open = await disk.open(path.join(folder, fileName(epochHour)), 'read');
	if (open === null) return [];
	try {
		const [header, ...slotKeys] = await Promise.all([open.read(blockSize, 0), ...wanted.map((each) => readSlotKey(open, each))]);
		try {
			const epochKey = parseHeader(header, epochHour);
			if (epochKey === null) return [];
			const found = slotKeys.map((slotKey) => slotKey && { epochKey: epochKey.slice(), slotKey: slotKey.slice() });
			epochKey.fill(0);
			return found;
		} finally {
			for (const secret of [header, ...slotKeys]) secret?.fill(0);
		}
	} finally {
		await open.close();
	}
}

async function readSlotKey(open: OpenFile, { slot, ref }: Wanted): Promise<Uint8Array | null> {
	const record = await open.read(blockSize, offsetOf(slot));
	try {
		const found = parseRecord(record);
		return found === null || !equalBytes(found.ref, ref) ? null : found.slotKey.slice();
	} finally {
		record.fill(0);
	}
}
