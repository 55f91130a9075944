/** Coming in and opening: connections greeted, people let in and rooms made per second. */
import type { Lane } from '../closed-loop.ts';
import { textFrame } from '../client.ts';
import type { Connection } from '../connection.ts';
import type { Result } from '../result.ts';
import { makeRoom } from '../room.ts';
import { percentile } from '../statistics.ts';
import type { System } from '../system.ts';
import { costOf } from '../system.ts';
import type { Workload } from '../workload.ts';
import { measuredLoop } from './measured-loop.ts';

const people = 5;
const arriving = 32;
/** A connection takes so little that a thousand are over before the clock says anything. */
const greetings = 4;
const creators = 16;

/** A connection is made when the server has answered the first words. */
export const connections: Workload = {
	name: 'connections',
	title: 'connect, be greeted',
	unit: 'connections/s',
	wanted: { ratio: 0.55, better: 'more' },
	async run(system, scale) {
		const greeted = (count: number) => Array.from({ length: count }, () => () => system.connect());
		await arriveAll(system, greeted(scale.connections));
		return arriveAll(system, greeted(scale.connections * greetings));
	}
};

/** The whole way in: somebody has joined when what happens in the room arrives. */
export const joins: Workload = {
	name: 'joins',
	title: 'connect, join, subscribe',
	unit: 'joins/s',
	async run(system, scale) {
		await arriveAll(system, await joinersOf(system, scale.connections / 2));
		return arriveAll(system, await joinersOf(system, scale.connections));
	}
};

type Arrival = () => Promise<Connection>;

async function joinersOf(system: System, count: number): Promise<Arrival[]> {
	const rooms = await system.openRooms(count / people);
	return Array.from({ length: people }, () => rooms.map((room) => () => system.enter(room))).flat();
}

async function arriveAll(system: System, arrivals: readonly Arrival[]): Promise<Result> {
	const left = [...arrivals];
	const made: Connection[] = [];
	const latenciesMs: number[] = [];
	const [before, begun] = [await system.cpu(), performance.now()];
	await Promise.all(Array.from({ length: arriving }, () => arrive(left, made, latenciesMs)));
	const score = made.length / ((performance.now() - begun) / 1000);
	const costs = costOf(before, await system.cpu(), made.length);
	const lost = made.filter((connection) => connection.closedWith !== null).length;
	await Promise.all(made.map((connection) => connection.close()));
	return { ...costs, score, lost, doubled: 0, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
}

async function arrive(left: Arrival[], made: Connection[], latenciesMs: number[]): Promise<void> {
	for (let arrival = left.pop(); arrival !== undefined; arrival = left.pop()) {
		const begun = performance.now();
		made.push(await arrival());
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

export const createPaid: Workload = {
	...createRooms,
	name: 'create-paid',
	title: 'rooms made with token and keyring, beside none and keys in memory',
	wanted: { ratio: 0.5, better: 'more' },
	plans: true
};

function creatorLane(system: System, socket: Connection): Lane {
	let turn = 0;
	return (answered) => {
		const id = `c${++turn % 8}`;
		socket.ask(id, textFrame(system.wire.createText(id, makeRoom())), answered);
	};
}
