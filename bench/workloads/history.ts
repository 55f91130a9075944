/** Pages of fifty out of a long room, from anywhere in it. */
import { randomInt } from 'node:crypto';
import { textFrame } from '../client.ts';
import type { Lane } from '../closed-loop.ts';
import type { Connection } from '../connection.ts';
import { markOf, readyEnvelope } from '../message.ts';
import type { Result, Scale } from '../result.ts';
import type { Room } from '../room.ts';
import type { System } from '../system.ts';
import type { Workload } from '../workload.ts';
import { measuredLoop } from './measured-loop.ts';

const pageRows = 50;
const readers = 16;
const writers = 20;
/** The sender's number of the rows; nobody counts their deliveries. */
const nobody = 0xffffff;

type LongRoom = { readonly room: Room; readonly firstSeq: number };
const longRooms = new WeakMap<System, Promise<LongRoom>>();

export const history: Workload = {
	name: 'history',
	title: 'pages of 50 from a room of 10,000',
	unit: 'pages/s',
	wanted: { ratio: 0.65, better: 'more' },
	async run(system, scale) {
		const filled = longRooms.get(system) ?? fill(system, scale.historyRows);
		longRooms.set(system, filled);
		return readPages(system, await filled, scale);
	}
};

async function readPages(system: System, { room, firstSeq }: LongRoom, scale: Scale): Promise<Result> {
	const sockets = await Promise.all(Array.from({ length: readers }, () => system.enter(room)));
	let missing = 0;
	const lanes = sockets.map((socket) =>
		pageLane(system, socket, firstSeq, scale.historyRows, (rows) => (missing += pageRows - rows))
	);
	const { perSecond, ...measured } = await measuredLoop(system, lanes, {
		warmMs: scale.warmMs / 2,
		windowMs: scale.windowMs / 2
	});
	await Promise.all(sockets.map((socket) => socket.close()));
	return { ...measured, score: perSecond, lost: Math.max(0, missing), doubled: Math.max(0, -missing) };
}

function pageLane(system: System, socket: Connection, firstSeq: number, rows: number, count: (rows: number) => void): Lane {
	let turn = 0;
	return (answered) => {
		const id = `h${++turn % 8}`;
		const before = firstSeq + randomInt(pageRows, rows + 1);
		socket.ask(id, textFrame(system.wire.historyText(id, before)), (bytes, start, end) => {
			count(countRows(bytes, start, end));
			answered();
		});
	};
}

function countRows(bytes: Buffer, start: number, end: number): number {
	let count = 0;
	for (let at = bytes.indexOf('"env":"', start); at !== -1 && at < end; at = bytes.indexOf('"env":"', at + 7)) count++;
	return count;
}

/** Writes the room through the front door; both systems number what they store from some first number on. */
async function fill(system: System, rows: number): Promise<LongRoom> {
	const [room] = await system.openRooms(1);
	if (room === undefined) throw new Error('history: expected a room');
	const sockets = await Promise.all(Array.from({ length: writers }, () => system.enter(room)));
	let written = 0;
	let firstSeq = Number.POSITIVE_INFINITY;
	const write = async (socket: Connection) => {
		const env = readyEnvelope('content').toString('base64url');
		while (written < rows) {
			const id = `p${++written % 8}`;
			const text = await socket.request(
				id,
				system.wire.postText(id, env.replace(/^(.{8}).{12}/, `$1${markOf(nobody, written)}`), 'stored')
			);
			firstSeq = Math.min(firstSeq, Number(/"seq":(\d+)/.exec(text)?.[1]));
		}
	};
	await Promise.all(sockets.map(write));
	await Promise.all(sockets.map((socket) => socket.close()));
	return { room, firstSeq };
}
