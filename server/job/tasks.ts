/** All tasks of the job. */
import { billingTask } from './billing.ts';
import { burnsTask } from './burns.ts';
import { emptyTask } from './empty.ts';
import { expiryTask } from './expiry.ts';
import { hoursTask } from './hours.ts';
import { partitionsTask } from './partitions.ts';
import { peopleTask } from './people.ts';
import { presenceTask } from './presence.ts';
import { remainsTask } from './remains.ts';
import { ringsTask } from './rings.ts';
import { slotsTask } from './slots.ts';
import type { Task, TaskPorts } from './task.ts';

export function createTasks(ports: TaskPorts): readonly Task[] {
	return [
		expiryTask,
		emptyTask,
		peopleTask,
		remainsTask,
		burnsTask,
		presenceTask,
		ringsTask,
		partitionsTask,
		hoursTask,
		slotsTask,
		billingTask
	].map((make) => make(ports));
}
