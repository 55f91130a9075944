/** Coming in and opening: connections made ready per second, and rooms made per second. */
import type { Lane } from '../closed-loop.ts';
import { textFrame } from '../client.ts';
import type { Connection } from '../connection.ts';
import type { Result } from '../result.ts';
import type { Room } from '../room.ts';
import { makeRoom } from '../room.ts';
import { percentile } from '../statistics.ts';
import type { System } from '../system.ts';
import { costOf } from '../system.ts';
import type { Workload } from '../workload.ts';
import { measuredLoop } from './measured-loop.ts';

const people = 5;
const arriving = 32;
const creators = 16;

export const connections: Workload = {
	name: 'connections',
	title: 'connect, join, subscribe',
	unit: 'connections/s',
	wanted: { ratio: 0.55, better: 'more' },
	async run(system, scale) {
		await comeIn(system, scale.connections / 2);
		return comeIn(system, scale.connections);
	}
};

async function comeIn(system: System, count: number): Promise<Result> {
	const rooms = await system.openRooms(count / people);
	const left = Array.from({ length: count }, (_, i) => rooms[i % rooms.length]).filter((room) => room !== undefined);
	const made: Connection[] = [];
	const latenciesMs: number[] = [];
	const [before, begun] = [await system.cpu(), performance.now()];
	await Promise.all(Array.from({ length: arriving }, () => arrive(system, left, made, latenciesMs)));
	const score = made.length / ((performance.now() - begun) / 1000);
	const costs = costOf(before, await system.cpu(), made.length);
	const lost = made.filter((connection) => connection.closedWith !== null).length;
	await Promise.all(made.map((connection) => connection.close()));
	return { ...costs, score, lost, doubled: 0, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
}

async function arrive(system: System, left: Room[], made: Connection[], latenciesMs: number[]): Promise<void> {
	for (let room = left.pop(); room !== undefined; room = left.pop()) {
		const begun = performance.now();
		made.push(await system.enter(room));
		latenciesMs.push(performance.now() - begun);
	}
}

export const createRooms: Workload = {
	name: 'create-rooms',
	title: 'rooms made, 16 at a time',
	unit: 'rooms/s',
	wanted: { ratio: 0.3, better: 'more' },
	async run(system, scale) {
		const sockets = await Promise.all(Array.from({ length: creators }, () => system.connect()));
		const lanes = sockets.map((socket) => creatorLane(system, socket));
		const { perSecond, ...measured } = await measuredLoop(system, lanes, {
			warmMs: scale.warmMs / 2,
			windowMs: scale.windowMs / 2
		});
		await Promise.all(sockets.map((socket) => socket.close()));
		return { ...measured, score: perSecond, lost: 0, doubled: 0 };
	}
};

function creatorLane(system: System, socket: Connection): Lane {
	let turn = 0;
	return (answered) => {
		const id = `c${++turn % 8}`;
		socket.ask(id, textFrame(system.wire.createText(id, makeRoom())), answered);
	};
}
