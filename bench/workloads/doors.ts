/** Coming in and opening: connections made ready per second, and rooms made per second. */
import type { Lane } from '../closed-loop.ts';
import { closedLoop } from '../closed-loop.ts';
import { textFrame } from '../client.ts';
import type { Connection } from '../connection.ts';
import type { Room } from '../room.ts';
import { makeRoom } from '../room.ts';
import { percentile } from '../statistics.ts';
import type { System } from '../system.ts';
import type { Workload } from '../workload.ts';

const people = 5;
const arriving = 32;
const creators = 16;

export const connections: Workload = {
	name: 'connections',
	title: 'connect, join, subscribe',
	unit: 'connections/s',
	wanted: { ratio: 0.55, better: 'more' },
	async run(system, scale) {
		const rooms = await system.openRooms(scale.connections / people);
		const left = Array.from({ length: scale.connections }, (_, i) => rooms[i % rooms.length]).filter(
			(room) => room !== undefined
		);
		const made: Connection[] = [];
		const latenciesMs: number[] = [];
		const begun = performance.now();
		await Promise.all(Array.from({ length: arriving }, () => arrive(system, left, made, latenciesMs)));
		const score = made.length / ((performance.now() - begun) / 1000);
		const lost = made.filter((connection) => connection.closedWith !== null).length;
		await Promise.all(made.map((connection) => connection.close()));
		return { score, lost, doubled: 0, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
	}
};

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
		const loop = await closedLoop(
			sockets.map((socket) => creatorLane(system, socket)),
			{ warmMs: scale.warmMs / 2, windowMs: scale.windowMs / 2 }
		);
		await Promise.all(sockets.map((socket) => socket.close()));
		const [p50Ms, p99Ms] = [percentile(loop.latenciesMs, 0.5), percentile(loop.latenciesMs, 0.99)];
		return { score: loop.answered / loop.seconds, lost: 0, doubled: 0, p50Ms, p99Ms };
	}
};

function creatorLane(system: System, socket: Connection): Lane {
	let turn = 0;
	return (answered) => {
		const id = `c${++turn % 8}`;
		socket.ask(id, textFrame(system.wire.createText(id, makeRoom())), answered);
	};
}
