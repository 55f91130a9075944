/** The scheduled job: runs each task in its turn, never twice at once, and tells log and metrics what came of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Cron } from 'croner';
import { codeOf } from '../keyring/codes.ts';
import { placeOf } from '../log.ts';
import type { TaskName } from '../metrics.ts';
import type { Services } from '../services.ts';
import type { Report, Task } from './task.ts';

export type Job = {
	/** Begins with the next second. */
	start(): void;
	/** The next turn of this task, now. Does nothing while one is under way. Never rejects: what fails is logged. */
	turn(name: TaskName): Promise<void>;
	/** No more turns. Resolves when those under way have come to the end of their batch, after 5 s at the latest. */
	stop(): Promise<void>;
};

export type JobPorts = Pick<Services, 'log' | 'metrics'>;

/** Croner's patterns begin with the second. Tasks of the minute keep away from the full one, at which rooms end. */
const patterns: Readonly<Record<Task['every'], string>> = {
	second: '* * * * * *',
	minute: '10 * * * * *',
	'ten minutes': '40 */10 * * * *'
};
const stopMs = 5_000;

export function createJob(ports: JobPorts, tasks: readonly Task[]): Job {
	const stopping = new AbortController();
	const running = new Map<Task, Promise<void>>();
	const crons: Cron[] = [];
	const turn = (task: Task): Promise<void> => {
		const current = running.get(task);
		if (current !== undefined || stopping.signal.aborted) return current ?? Promise.resolve();
		const run = runTask(ports, task, stopping.signal).finally(() => running.delete(task));
		running.set(task, run);
		return run;
	};
	return {
		start() {
			for (const [every, pattern] of Object.entries(patterns)) {
				const group = tasks.filter((task) => task.every === every);
				crons.push(new Cron(pattern, { utcOffset: 0 }, () => group.forEach((task) => void turn(task))));
			}
		},
		async turn(name) {
			await Promise.all(tasks.filter((task) => task.name === name).map(turn));
		},
		async stop() {
			stopping.abort();
			for (const cron of crons) cron.stop();
			await Promise.race([Promise.all(running.values()), delay(stopMs, undefined, { ref: false })]);
		}
	};
}

async function runTask({ log, metrics }: JobPorts, task: Task, stopping: AbortSignal): Promise<void> {
	const startedAt = performance.now();
	const elapsed = () => performance.now() - startedAt;
	try {
		const { done, backlog } = await task.run(stopping);
		metrics.addTask('job_done_total', task.name, done);
		metrics.setBacklog(task.name, backlog);
		if (isNews(task, { done, backlog })) {
			log.info('job', { task: task.name, count: done, backlog, durationMs: Math.round(elapsed()) });
		}
	} catch (error) {
		metrics.addTask('job_failures_total', task.name, 1);
		log.error('job', { task: task.name, durationMs: Math.round(elapsed()), code: codeOf(error), at: placeOf(error) });
	}
	metrics.addTask('job_runs_total', task.name, 1);
	metrics.addTask('job_seconds_total', task.name, elapsed() / 1_000);
}

function isNews({ quiet }: Task, { done, backlog }: Report): boolean {
	return quiet !== true && (done > 0 || backlog > 0);
}
