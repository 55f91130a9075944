import { expect, test } from 'vitest';
import type { Lane } from './closed-loop.ts';
import { closedLoop } from './closed-loop.ts';

test('a lane never has two operations in flight, and only those of the window count', async () => {
	let [inFlight, most, begun] = [0, 0, 0];
	const lane: Lane = (answered) => {
		begun++;
		most = Math.max(most, ++inFlight);
		setImmediate(() => {
			inFlight--;
			answered();
		});
	};
	const loop = await closedLoop([lane], { warmMs: 20, windowMs: 20 });
	expect(most).toBe(1);
	expect(inFlight).toBe(0);
	expect(loop.answered).toBe(loop.latenciesMs.length);
	expect(loop.answered).toBeGreaterThan(0);
	expect(loop.answered).toBeLessThan(begun);
});

test('a window that has no length of its own closes when its end resolves, and every latency in it is heard', async () => {
	const { promise, resolve } = Promise.withResolvers<null>();
	const lane: Lane = (answered) => void setImmediate(answered);
	let heard = 0;
	const answered = () => void (++heard === 30 && resolve(null));
	const loop = await closedLoop([lane], { warmMs: 1, windowMs: 0, windowEnd: promise }, { answered });
	expect(heard).toBe(loop.answered);
	expect(heard).toBeGreaterThanOrEqual(30);
});

test('a window that is shorter than an operation goes on until one is answered', async () => {
	const lane: Lane = (answered) => void setTimeout(answered, 20);
	const loop = await closedLoop([lane], { warmMs: 1, windowMs: 1 });
	expect(loop.answered).toBe(1);
});
