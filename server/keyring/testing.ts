/** For tests: a disk that writes down what it is asked for, and goes off at a chosen step. */
import { open as openFile } from 'node:fs/promises';
import { systemDisk } from './disk.ts';
import type { Disk, OpenFile } from './disk.ts';

/** `afterSteps`: so many writes, flushes, renames and unlinks are done, then everything fails. */
export type Cut = { readonly afterSteps: number; readonly atTheCut: 'nothing done' | 'half written' };

export type WatchedDisk = Disk & {
	/** What changed the disk, in order, such as `write 1.ek 64+64` or `datasync 1.ek`. */
	readonly steps: string[];
	/** As after a power failure: what was written and not flushed is undone. */
	loseUnflushed(): Promise<void>;
};

export function watchDisk(cut: Cut = { afterSteps: Infinity, atTheCut: 'nothing done' }): WatchedDisk {
	const steps: string[] = [];
	let unflushed: Change[] = [];
	const places = new Map<string, Place>();
	const step = async (words: string, work: () => Promise<void>, half: () => Promise<void> = () => Promise.resolve()) => {
		if (steps.length > cut.afterSteps) throw new Error('disk: off');
		steps.push(words);
		if (steps.length <= cut.afterSteps) return work();
		if (cut.atTheCut === 'half written') await half();
		throw new Error('disk: off');
	};
	const nameOf = (file: string) => file.replace(/^.*[\\/]/, '');
	const placeOf = (file: string): Place => {
		const place = places.get(file) ?? { file };
		places.set(file, place);
		return place;
	};
	const watch = (file: string, open: OpenFile): OpenFile => {
		const [name, place] = [nameOf(file), placeOf(file)];
		const write = async (bytes: Uint8Array, at: number) => {
			unflushed.push({ place, before: await open.read(bytes.length, at), at, size: await open.size() });
			await open.write(bytes, at);
		};
		return {
			...open,
			write: (bytes, at) =>
				step(
					`write ${name} ${at}+${bytes.length}`,
					() => write(bytes, at),
					() => write(bytes.subarray(0, bytes.length / 2), at)
				),
			datasync: () =>
				step(`datasync ${name}`, async () => {
					await open.datasync();
					unflushed = unflushed.filter((change) => change.place !== place);
				})
		};
	};
	return {
		...systemDisk,
		steps,
		async open(file, mode) {
			const open = await systemDisk.open(file, mode);
			return open === null ? null : watch(file, open);
		},
		async make(file) {
			return watch(file, await systemDisk.make(file));
		},
		rename: (from, to) =>
			step(`rename ${nameOf(from)} ${nameOf(to)}`, async () => {
				await systemDisk.rename(from, to);
				const place = placeOf(from);
				place.file = to;
				places.delete(from);
				places.set(to, place);
			}),
		unlink: (file) => step(`unlink ${nameOf(file)}`, () => systemDisk.unlink(file)),
		syncFolder: (folder) => step('sync folder', () => systemDisk.syncFolder(folder)),
		async loseUnflushed() {
			for (const change of unflushed.reverse()) await restore(change);
		}
	};
}

/** Keeps being the same through a new name. */
type Place = { file: string };
type Change = { readonly place: Place; readonly before: Uint8Array; readonly at: number; readonly size: number };

async function restore({ place, before, at, size }: Change): Promise<void> {
	const handle = await openFile(place.file, 'r+');
	try {
		await handle.write(before, 0, before.length, at);
		await handle.truncate(size);
	} finally {
		await handle.close();
	}
}
