/** Every workload, in the order in which they run. */
import type { Workload } from '../workload.ts';
import { bigRoom } from './big-room.ts';
import { connections, createPaid, createRooms, joins } from './doors.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { live } from './live.ts';
import { fewSenders, smallRooms } from './small-rooms.ts';

export const workloads: readonly Workload[] = [
	smallRooms,
	fewSenders,
	bigRoom,
	live,
	connections,
	joins,
	createRooms,
	createPaid,
	history,
	idle
];
