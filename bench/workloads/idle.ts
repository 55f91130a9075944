/** Subscribers who only listen: what each of them holds of the server's memory. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Workload } from '../workload.ts';
import { enterAll } from './talk.ts';

const people = 20;
/** Connections before the count, so that what is loaded and compiled once is not laid to the subscribers' charge. */
const warm = 20;

export const idle: Workload = {
	name: 'idle',
	title: '2,000 idle subscribers',
	unit: 'bytes of memory each',
	wanted: { ratio: 1.5, better: 'less', aim: 1.15 },
	fresh: true,
	async run(system, scale) {
		const rooms = await system.openRooms(scale.idle / people + 1);
		const early = await enterAll(system, rooms.slice(0, 1), warm);
		await pause(scale.settleMs);
		const before = await system.server.residentBytes();
		const crowds = await enterAll(system, rooms.slice(1), people);
		await pause(scale.settleMs);
		const score = ((await system.server.residentBytes()) - before) / scale.idle;
		const members = [...early, ...crowds].flat();
		const lost = members.filter((member) => member.closedWith !== null).length;
		await Promise.all(members.map((member) => member.close()));
		return { score, bytesPerSubscriber: score, lost, doubled: 0 };
	}
};
