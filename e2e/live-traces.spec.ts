import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRoom } from '../src/lib/api/rooms.ts';
import { doorTo } from '../src/lib/room/testing-door.ts';
import type { Guest } from '../src/lib/room/testing.ts';
import { comeIn, keeperVault } from '../src/lib/room/testing.ts';
import { expect, test } from './fixtures.ts';
import { filesBelow, readIfThere } from './search.ts';
import { withServer } from './server.ts';

const messages = 12;
/** Bytes of an envelope that are looked for, of its slots: no other has them, and they stand near its beginning. */
const piece = { from: 300, size: 33 };

type Needle = { readonly name: string; readonly forms: readonly Buffer[] };

/** As it is, and as it travels, in both of V8's widths. */
function needleOf(env: string, index: number): Needle {
	const letters = env.slice((piece.from / 3) * 4, ((piece.from + piece.size) / 3) * 4);
	const raw = Buffer.from(letters, 'base64url');
	return { name: `message ${index + 1}`, forms: [raw, Buffer.from(letters), Buffer.from(letters, 'utf16le')] };
}

const hits = (content: Buffer, needles: readonly Needle[]): string[] =>
	needles.filter(({ forms }) => forms.some((form) => content.includes(form))).map(({ name }) => name);

const hitsBelow = (folder: string, needles: readonly Needle[]): string[] =>
	filesBelow(folder).flatMap((file) => hits(readIfThere(file), needles).map((name) => `${path.basename(file)}: ${name}`));

/** Whatever the process may write to, as Linux shows it to who may look. */
function* memoryOf(pid: number): Generator<Buffer> {
	const memory = openSync(`/proc/${pid}/mem`, 'r');
	try {
		for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
			const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
			if (from !== undefined && to !== undefined) yield* regionOf(memory, BigInt(`0x${from}`), BigInt(`0x${to}`));
		}
	} finally {
		closeSync(memory);
	}
}

const chunk = 64 * 2 ** 20;

/** What can't be read is a device's, or was given back meanwhile. */
function* regionOf(memory: number, from: bigint, to: bigint): Generator<Buffer> {
	for (let at = from; at < to; at += BigInt(chunk - piece.size * 4)) {
		const part = Buffer.alloc(Math.min(chunk, Number(to - at)));
		try {
			yield part.subarray(0, readSync(memory, part, 0, part.length, at));
		} catch {
			return;
		}
	}
}

function hitsInMemory(pid: number, needles: readonly Needle[]): readonly string[] {
	const found = new Set<string>();
	for (const region of memoryOf(pid)) for (const name of hits(region, needles)) found.add(name);
	return [...found];
}

async function talk(all: readonly Guest[]): Promise<void> {
	await Promise.all(all.map((guest) => guest.until(({ readers }) => readers.length === all.length - 1)));
	for (let n = 1; n <= messages; n++) {
		all[n % all.length]?.stay.send(`message ${n}`);
		await Promise.all(all.map((guest) => guest.until(({ texts }) => texts.includes(`message ${n}`))));
	}
}

test(
	'two minutes after something was said in a Live room nothing of it is on the server’s disk, in its log or in its memory',
	{ tag: '@long' },
	async () => {
		test.skip(process.platform !== 'linux', 'another process’s memory is read as Linux shows it');
		test.setTimeout(180_000);
		await withServer({ PLANS: 'off' }, async (server) => {
			const vault = keeperVault();
			const author = { nick: 'Host', colour: 0 };
			const made = await vault.call('create', { mode: 'relayed', roomName: 'Traces', author });
			await createRoom(doorTo(server.origin).http, { ...made, people: 16 });
			const said = new Set<string>();
			const tamper = (text: string, pass: (text: string) => void) => {
				const frame = JSON.parse(text).payload?.data?.room;
				if (frame?.__typename === 'Envelope' && frame.seq > 0) said.add(frame.env);
				pass(text);
			};
			const house = { door: (options: Parameters<typeof doorTo>[1]) => doorTo(server.origin, options) };
			const all: Guest[] = [];
			for (const nick of ['Ada', 'Bo', 'Cy']) all.push(await comeIn(house, made, nick, { tamper }));
			await talk(all);
			const needles = [...said].map(needleOf);
			expect(needles).toHaveLength(messages);
			// The control: the same searches find what is there.
			expect(hitsInMemory(server.pid(), needles)).toHaveLength(messages);
			writeFileSync(path.join(server.dataDir, 'control'), [...said][0] ?? '');
			expect(hitsBelow(server.dataDir, needles)).toEqual(['control: message 1']);
			rmSync(path.join(server.dataDir, 'control'));

			await server.later(121_000);
			await expect.poll(() => hitsInMemory(server.pid(), needles), { timeout: 30_000, intervals: [2000] }).toEqual([]);
			expect(hitsBelow(server.dataDir, needles)).toEqual([]);
			for (const guest of all) guest.stay.stop();
		});
	}
);
