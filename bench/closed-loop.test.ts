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
