/** The file of one hour, as its one writer sees it. What comes together is written together and shares one fdatasync. */
import path from 'node:path';
import { equalBytes } from '#protocol/bytes';
import type { Disk, OpenFile } from './disk.ts';
import { blockSize, fileName, formatHeader, formatRecord, keySize, offsetOf, parseRecord, slotsIn } from './record.ts';
import { shred } from './shred.ts';

export type HourOptions = {
	readonly disk: Disk;
	readonly folder: string;
	readonly epochHour: number;
	readonly randomBytes: (size: number) => Uint8Array;
};

export type Hour = {
	/** The slot's number; its record is on the medium when it resolves. Makes the file when there is none. */
	create(ref: Uint8Array): Promise<number>;
	/** Zeros are on the medium when it resolves. Nothing to do for a slot that never was, or that is another room's. */
	wipe(slot: number, ref: Uint8Array): Promise<void>;
	/** Overwrites and unlinks the file; the caller syncs the folder. Resolves to whether there was one. */
	end(): Promise<boolean>;
	/** After all that was asked for until now. */
	idle(): Promise<void>;
};

type Creation = { readonly ref: Uint8Array; slot: number };
type Wipe = { readonly slot: number; readonly ref: Uint8Array };
type Batch = { readonly creations: Creation[]; readonly wipes: Wipe[]; readonly done: Promise<void> };

export function createHour(options: HourOptions): Hour {
	const { disk, folder, epochHour } = options;
	const file = path.join(folder, fileName(epochHour));
	/** Slots are given out once, also after a wipe: wiping one twice can't hit another room. `null`: not looked up yet. */
	let nextSlot: number | null = null;
	let last: Promise<unknown> = Promise.resolve();
	let gathering: Batch | null = null;

	const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
		const mine = last.then(task);
		last = mine.catch(() => undefined); // Its caller hears of the failure; the next in turn starts all the same.
		return mine;
	};
	const gather = (): Batch => {
		if (gathering !== null) return gathering;
		const batch = { creations: [], wipes: [] };
		const done = inTurn(() => {
			gathering = null;
			return commit(batch);
		});
		return (gathering = { ...batch, done });
	};
	const commit = async ({ creations, wipes }: Omit<Batch, 'done'>): Promise<void> => {
		const open = (await disk.open(file, 'write')) ?? (creations.length === 0 ? null : await makeHourFile(options));
		if (open === null) return;
		try {
			const first = (nextSlot ??= await firstFree(open));
			for (const creation of creations) creation.slot = nextSlot++;
			const known = wipes.filter(({ slot }) => slot >= 0 && slot < first);
			await Promise.all([writeRecords(open, options, first, creations), ...known.map((wipe) => wipeRecord(open, wipe))]);
			await open.datasync();
		} finally {
			await open.close();
		}
	};

	return {
		async create(ref) {
			const batch = gather();
			const creation: Creation = { ref, slot: -1 };
			batch.creations.push(creation);
			await batch.done;
			return creation.slot;
		},
		wipe(slot, ref) {
			const batch = gather();
			batch.wipes.push({ slot, ref });
			return batch.done;
		},
		end: () =>
			inTurn(async () => {
				nextSlot = null;
				return shred(disk, file);
			}),
		idle: () => inTurn(() => Promise.resolve())
	};
}

/** In slots one after the other, from `first` on. */
async function writeRecords(
	open: OpenFile,
	{ randomBytes }: HourOptions,
	first: number,
	creations: readonly Creation[]
): Promise<void> {
	if (creations.length === 0) return;
	const records = new Uint8Array(blockSize * creations.length);
	try {
		for (const [index, { ref }] of creations.entries()) {
			const slotKey = randomBytes(keySize);
			const record = formatRecord(slotKey, ref);
			slotKey.fill(0);
			records.set(record, blockSize * index);
			record.fill(0);
		}
		await open.write(records, offsetOf(first));
	} finally {
		records.fill(0);
	}
}

/** A number is given out twice when an older copy of the file was put back: then the record may be another room's. */
async function wipeRecord(open: OpenFile, { slot, ref }: Wipe): Promise<void> {
	const record = await open.read(blockSize, offsetOf(slot));
	try {
		const found = parseRecord(record);
		if (found !== null && !equalBytes(found.ref, ref)) return;
	} finally {
		record.fill(0);
	}
	await open.write(new Uint8Array(blockSize), offsetOf(slot));
}

/** A record that was cut off in the middle was told to nobody: it becomes a free slot, and half a key doesn't stay. */
async function firstFree(open: OpenFile): Promise<number> {
	const size = await open.size();
	const whole = slotsIn(size);
	if (size === offsetOf(whole)) return whole;
	await open.write(new Uint8Array(blockSize), offsetOf(whole));
	return whole + 1;
}

/** Appears under its name with its header whole and on the medium. Only the writer makes one, so none is replaced. */
async function makeHourFile({ disk, folder, epochHour, randomBytes }: HourOptions): Promise<OpenFile> {
	const file = path.join(folder, fileName(epochHour));
	const draft = path.join(folder, draftName(epochHour));
	const epochKey = randomBytes(keySize);
	const header = formatHeader(epochHour, epochKey);
	epochKey.fill(0);
	const open = await disk.make(draft);
	try {
		await open.write(header, 0);
		await open.datasync();
		await disk.rename(draft, file);
		await disk.syncFolder(folder);
		return open;
	} catch (error) {
		await open.close();
		throw error;
	} finally {
		header.fill(0);
	}
}

/** One at a time: the next one takes the place of what a crash left. */
export function draftName(epochHour: number): string {
	return `.${fileName(epochHour)}`;
}
