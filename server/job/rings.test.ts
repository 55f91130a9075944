import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ring } from '#protocol/live';
import { createRings } from '../envelopes/rings.ts';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import { ringsTask } from './rings.ts';
import type { TaskPorts } from './task.ts';

test('memory is swept once, when the last of what was said has been overwritten', async () => {
	let now = 1_000_000;
	let swept = 0;
	const rings = createRings({ bus: createMemoryBus(), now: () => now });
	const ports = { rings, sweepMemory: () => void swept++ } as unknown as TaskPorts; // The only ports that the task asks for.
	const task = ringsTask(ports);
	const turn = () => task.run(new AbortController().signal);
	const say = (ref: string) => {
		const env = new Uint8Array(randomBytes(100));
		rings.keep(ref, { kind: 'envelope', seq: 1, t: 0, env, tag: null, burnAt: null });
		return env;
	};
	await turn();
	const first = say('one');
	now += ring.ms / 2;
	say('another');
	now += ring.ms / 2;
	for (let n = 0; n < 3; n++) await turn();
	expect(first.every((byte) => byte === 0)).toBe(true);
	expect(swept).toBe(0);
	now += ring.ms / 2;
	await turn();
	expect(swept).toBe(0);
	for (let n = 0; n < 3; n++) await turn();
	expect(swept).toBe(1);
});
