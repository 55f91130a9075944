/** What is true after a stop at any step: the process killed (what was written stays) or the power gone (what was not flushed is lost). */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { createHours, tidy } from './hours.ts';
import type { Hours } from './hours.ts';
import type { SlotKeys } from './keyring.ts';
import { watchDisk } from './testing.ts';
import type { Cut } from './testing.ts';

const hour = 497_000;
const ref = new Uint8Array(16).fill(7);
let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'sotto-crash-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function start(disk: Disk = systemDisk): Promise<Hours> {
	await tidy({ disk, folder });
	return createHours({ disk, folder, randomBytes });
}

const textOf = (keys: SlotKeys | null) => (keys === null ? null : toHex(keys.epochKey) + toHex(keys.slotKey));

type Crash = { readonly cut: Cut; readonly losing: boolean };

/** Runs `work` once for each step and kind of crash, on a folder that `prepare` has filled, and `check`s it after each. */
async function crashEverywhere<Before, Answer>(scene: {
	prepare(hours: Hours): Promise<Before>;
	work(hours: Hours): Promise<Answer>;
	/** `answer`: undefined when the work was cut off. */
	check(hours: Hours, before: Before, answer: Answer | undefined): Promise<void>;
}): Promise<number> {
	let crashes = 0;
	for (let afterSteps = 0, finished = false; !finished; afterSteps++) {
		for (const { cut, losing } of kindsOf(afterSteps)) {
			for (const name of await readdir(folder)) await rm(path.join(folder, name));
			const before = await scene.prepare(await start());
			const disk = watchDisk(cut);
			let answer: Answer | undefined;
			try {
				answer = await scene.work(await start(disk));
				finished = true;
			} catch (error) {
				expect(String(error)).toBe('Error: disk: off');
				crashes++;
			}
			if (losing) await disk.loseUnflushed();
			await scene.check(await start(), before, answer);
		}
	}
	return crashes;
}

function kindsOf(afterSteps: number): Crash[] {
	const cuts = (['nothing done', 'half written'] as const).map((atTheCut) => ({ afterSteps, atTheCut }));
	return cuts.flatMap((cut) => [true, false].map((losing) => ({ cut, losing })));
}

async function readAll(hours: Hours, slots: readonly number[]): Promise<(string | null)[]> {
	return Promise.all(slots.map(async (slot) => textOf(await hours.read(hour, slot, ref))));
}

async function liveCount(hours: Hours): Promise<number> {
	let count = 0;
	for await (const slots of hours.live()) count += slots.length;
	return count;
}

const five = [0, 1, 2, 3, 4];
async function reserveFive(hours: Hours): Promise<(string | null)[]> {
	for (const slot of five) expect(await hours.create(hour, ref)).toBe(slot);
	return readAll(hours, five);
}

test('a first slot that was answered is there after any crash; one that was not leaves a folder that works', async () => {
	const crashes = await crashEverywhere({
		prepare: () => Promise.resolve(),
		work: async (hours) => {
			const slot = await hours.create(hour, ref);
			return textOf(await hours.read(hour, slot, ref));
		},
		check: async (hours, _before, answer) => {
			const files = await readdir(folder);
			expect(files.filter((name) => name !== `${hour}.ek`)).toEqual([]);
			if (answer !== undefined) expect(textOf(await hours.read(hour, 0, ref))).toBe(answer);
			const next = await hours.create(hour, ref);
			expect(next).toBeGreaterThanOrEqual(answer === undefined ? 0 : 1);
			expect(await hours.read(hour, next, ref)).not.toBeNull();
		}
	});
	expect(crashes).toBe(24);
});

test('slots that come together: after any crash every older key is as it was, and no new one has half a key', async () => {
	await crashEverywhere({
		prepare: reserveFive,
		work: (hours) => Promise.all(five.map(() => hours.create(hour, ref))),
		check: async (hours, before, answer) => {
			expect(await readAll(hours, five)).toEqual(before);
			if (answer !== undefined) expect((await readAll(hours, answer)).filter((text) => text === null)).toEqual([]);
			const live = await liveCount(hours);
			const next = await hours.create(hour, ref);
			expect(next).toBeGreaterThanOrEqual(live);
			expect(await liveCount(hours)).toBe(live + 1);
			const bytes = await readFile(path.join(folder, `${hour}.ek`));
			expect(bytes.length).toBe(64 * (next + 2));
		}
	});
});

test('a wipe that was answered holds after any crash, a cut-off one can be done again, and no other slot is touched', async () => {
	await crashEverywhere({
		prepare: reserveFive,
		work: (hours) => Promise.all([hours.wipe(hour, 1, ref), hours.wipe(hour, 4, ref)]),
		check: async (hours, before, answer) => {
			if (answer !== undefined) expect(await readAll(hours, [1, 4])).toEqual([null, null]);
			await Promise.all([hours.wipe(hour, 1, ref), hours.wipe(hour, 4, ref)]);
			expect(await readAll(hours, five)).toEqual([before[0], null, before[2], before[3], null]);
			expect(await hours.create(hour, ref)).toBe(5);
		}
	});
});

test('the end of an hour that was cut off anywhere is finished by the next start, and the next hour has lost nothing', async () => {
	await crashEverywhere({
		prepare: async (hours) => {
			await reserveFive(hours);
			return textOf(await hours.read(hour + 1, await hours.create(hour + 1, ref), ref));
		},
		work: (hours) => hours.sweep(hour + 1),
		check: async (hours, before, answer) => {
			if (answer !== undefined) expect(await readdir(folder)).toEqual([`${hour + 1}.ek`]);
			await hours.sweep(hour + 1);
			expect(await readdir(folder)).toEqual([`${hour + 1}.ek`]);
			expect(textOf(await hours.read(hour + 1, 0, ref))).toBe(before);
		}
	});
});
