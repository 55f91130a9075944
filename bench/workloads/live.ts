/** Live rooms: nothing of what is said is kept, so that the baseline does without its database. */
import type { Workload } from '../workload.ts';
import { enterAll, talk } from './talk.ts';

const people = 16;
const senders = 4;
/** Of the rooms of the scale, which are meant for five people. */
const share = 5;

export const live: Workload = {
	name: 'live',
	title: '20 Live rooms of 16, 4 send in each',
	unit: 'deliveries/s',
	wanted: { ratio: 0.8, better: 'more' },
	async run(system, scale) {
		const rooms = await enterAll(system, await system.openRooms(scale.rooms / share, 'relayed'), people);
		const result = await talk(
			system,
			rooms.map((members) => ({ members, senders, mode: 'relayed' as const })),
			scale
		);
		return { ...result, score: result.deliveriesPerSecond };
	}
};
