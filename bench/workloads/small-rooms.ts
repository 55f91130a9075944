/** Many rooms of five, in which everybody talks at once; and five such rooms, in which the waiting is what counts. */
import type { Workload } from '../workload.ts';
import { enterAll, talk } from './talk.ts';

const people = 5;
const quietRooms = 5;

export const smallRooms: Workload = {
	name: 'small-rooms',
	title: '100 rooms of 5, all send',
	unit: 'messages acknowledged/s',
	wanted: { ratio: 0.8, better: 'more', aim: 1.1 },
	wantedPostgres: { ratio: 0.4, better: 'less' },
	async run(system, scale) {
		const rooms = await enterAll(system, await system.openRooms(scale.rooms), people);
		const result = await talk(
			system,
			rooms.map((members) => ({ members, senders: people })),
			scale
		);
		return { ...result, score: result.acknowledgedPerSecond };
	}
};

export const fewSenders: Workload = {
	name: 'few-senders',
	title: '5 rooms of 5, 25 senders',
	unit: 'ms to the acknowledgement, p99',
	wanted: { ratio: 1.2, better: 'less' },
	async run(system, scale) {
		const rooms = await enterAll(system, await system.openRooms(quietRooms), people);
		const result = await talk(
			system,
			rooms.map((members) => ({ members, senders: people })),
			scale
		);
		return { ...result, score: result.p99Ms };
	}
};
