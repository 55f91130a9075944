/** One room with hundreds of readers: what a message costs that goes to all of them. */
import type { Workload } from '../workload.ts';
import { enterAll, talk } from './talk.ts';

const senders = 4;

export const bigRoom: Workload = {
	name: 'big-room',
	title: 'one room of 500 readers, 4 send',
	unit: 'deliveries/s',
	wanted: { ratio: 0.65, better: 'more', aim: 0.8 },
	async run(system, scale) {
		const [members = []] = await enterAll(system, await system.openRooms(1), scale.readers);
		const result = await talk(system, [{ members, senders }], scale);
		return { ...result, score: result.deliveriesPerSecond };
	}
};
