import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../log.ts';
import type { TaskName } from '../metrics.ts';
import { createMetrics } from '../metrics.ts';
import type { Job } from './job.ts';
import { createJob } from './job.ts';
import type { Report, Task } from './task.ts';

const nothing: Report = { done: 0, backlog: 0 };
let stop: () => Promise<void> = () => Promise.resolve();
afterEach(() => stop());

function task(name: TaskName, run: Task['run'], changes: Partial<Task> = {}): Task {
	return { name, every: 'second', run, ...changes };
}

function open(
	...tasks: readonly Task[]
): Pick<Job, 'start' | 'turn' | 'stop'> & { lines(): readonly object[]; metrics(): string } {
	const lines: string[] = [];
	const log = createLog((line) => lines.push(line), Date.now);
	const metrics = createMetrics();
	const job = createJob({ log, metrics }, tasks);
	stop = job.stop;
	return { ...job, lines: () => lines.map((line) => JSON.parse(line)), metrics: metrics.text };
}

test('each task has its turn every second, on the second', async () => {
	const turns: number[] = [];
	const late: number[] = [];
	const run = async () => {
		turns.push(Date.now());
		return nothing;
	};
	const never = async () => {
		late.push(Date.now());
		return nothing;
	};
	open(task('expiry', run), task('slots', never, { every: 'ten minutes' })).start();
	// On a busy machine some are late.
	const onTime = () => turns.filter((at) => at % 1_000 < 300).length;
	await vi.waitFor(() => expect(onTime()).toBeGreaterThan(2), { timeout: 60_000 });
	expect(late.length).toBeLessThan(2);
});

test('a task that takes longer than its second is not begun twice', async () => {
	const { promise, resolve } = Promise.withResolvers<Report>();
	const run = vi.fn(() => promise);
	const job = open(task('expiry', run));
	const turns = [job.turn('expiry'), job.turn('expiry')];
	expect(run).toHaveBeenCalledTimes(1);
	resolve(nothing);
	await Promise.all(turns);
	await job.turn('expiry');
	expect(run).toHaveBeenCalledTimes(2);
});

test('a task that fails stops no other, and is told by name, kind and place, without what the error says', async () => {
	const failure = Object.assign(new Error('a secret'), { code: '40P01' });
	const run = vi.fn(async () => nothing);
	const job = open(
		task('burns', () => Promise.reject(failure)),
		task('remains', () => {
			throw failure;
		}),
		task('expiry', run)
	);
	job.start();
	await vi.waitFor(() => expect(run.mock.calls.length).toBeGreaterThan(1), { timeout: 60_000 });
	expect(job.lines()).toContainEqual(expect.objectContaining({ level: 'error', event: 'job', task: 'burns', code: '40P01' }));
	expect(job.lines()).toContainEqual(expect.objectContaining({ level: 'error', event: 'job', task: 'remains' }));
	expect(JSON.stringify(job.lines())).not.toContain('secret');
	expect(job.metrics()).toMatch(/sotto_job_failures_total\{task="burns"\} [1-9]/);
});

test('what was done and what is left stands in log and metrics; a turn with nothing to do, or a quiet one, is counted only', async () => {
	const reports = [{ done: 7, backlog: 2 }, nothing];
	const job = open(
		task('expiry', async () => reports.shift() ?? nothing),
		task('presence', async () => ({ done: 3, backlog: 0 }), { quiet: true })
	);
	await job.turn('expiry');
	expect(job.metrics()).toContain('sotto_job_backlog{task="expiry"} 2\n');
	for (const name of ['expiry', 'presence'] as const) await job.turn(name);
	expect(job.lines()).toEqual([
		{
			time: expect.any(String),
			level: 'info',
			event: 'job',
			task: 'expiry',
			count: 7,
			backlog: 2,
			durationMs: expect.any(Number)
		}
	]);
	for (const line of [
		'runs_total{task="expiry"} 2',
		'done_total{task="expiry"} 7',
		'backlog{task="expiry"} 0',
		'done_total{task="presence"} 3'
	])
		expect(job.metrics()).toContain(`sotto_job_${line}\n`);
});

test('stopping waits for the batch that is under way, and begins no other', async () => {
	const { promise, resolve } = Promise.withResolvers<Report>();
	const run = vi.fn((stopping: AbortSignal) => promise.finally(() => expect(stopping.aborted).toBe(true)));
	const job = open(task('remains', run));
	const turn = job.turn('remains');
	const order: string[] = [];
	const stopping = job.stop().then(() => order.push('stopped'));
	// A batch takes its time.
	await delay(50);
	order.push('batch done');
	resolve(nothing);
	await Promise.all([turn, stopping]);
	expect(order).toEqual(['batch done', 'stopped']);
	await job.turn('remains');
	expect(run).toHaveBeenCalledTimes(1);
	expect(job.lines()).toEqual([]);
});
