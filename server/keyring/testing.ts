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
	const undo = new Map<string, (() => Promise<void>)[]>();
	const step = async (words: string, work: () => Promise<void>, half: () => Promise<void> = () => Promise.resolve()) => {
		if (steps.length > cut.afterSteps) throw new Error('disk: off');
		steps.push(words);
		if (steps.length <= cut.afterSteps) return work();
		if (cut.atTheCut === 'half written') await half();
		throw new Error('disk: off');
	};
	const nameOf = (file: string) => file.replace(/^.*[\\/]/, '');
	const watch = (file: string, open: OpenFile): OpenFile => {
		const name = nameOf(file);
		const write = async (bytes: Uint8Array, at: number) => {
			const [before, size] = [await open.read(bytes.length, at), await open.size()];
			undo.set(file, [...(undo.get(file) ?? []), () => restore(file, { before, at, size })]);
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
					undo.delete(file);
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
		rename: (from, to) => step(`rename ${nameOf(from)} ${nameOf(to)}`, () => systemDisk.rename(from, to)),
		unlink: (file) => step(`unlink ${nameOf(file)}`, () => systemDisk.unlink(file)),
		syncFolder: (folder) => step('sync folder', () => systemDisk.syncFolder(folder)),
		async loseUnflushed() {
			for (const changes of undo.values()) for (const change of changes.reverse()) await change();
		}
	};
}

type Before = { readonly before: Uint8Array; readonly at: number; readonly size: number };

async function restore(file: string, { before, at, size }: Before): Promise<void> {
	const handle = await openFile(file, 'r+');
	try {
		await handle.write(before, 0, before.length, at);
		await handle.truncate(size);
	} finally {
		await handle.close();
	}
}
