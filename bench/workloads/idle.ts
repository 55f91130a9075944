/** Subscribers who only listen: what each of them holds of the server's memory. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Workload } from '../workload.ts';
import { enterAll } from './talk.ts';

const people = 20;
/** The first ones fill what the process holds in reserve anyway, so each of the later ones is counted at its full price. */
const uncountedShare = 0.25;

export const idle: Workload = {
	name: 'idle',
	title: '2,000 idle subscribers',
	unit: 'bytes of memory each',
	wanted: { ratio: 1.5, better: 'less', aim: 1.15 },
	fresh: true,
	async run(system, scale) {
		const uncounted = Math.ceil((scale.idle * uncountedShare) / people);
		const rooms = await system.openRooms(uncounted + scale.idle / people);
		const early = await enterAll(system, rooms.slice(0, uncounted), people);
		await pause(scale.settleMs);
		const before = await system.server.residentBytes();
		const crowds = await enterAll(system, rooms.slice(uncounted), people);
		await pause(scale.settleMs);
		const score = ((await system.server.residentBytes()) - before) / scale.idle;
		const members = [...early, ...crowds].flat();
		const lost = members.filter((member) => member.closedWith !== null).length;
		await Promise.all(members.map((member) => member.close()));
		return { score, bytesPerSubscriber: score, lost, doubled: 0 };
	}
};
