/** A closed loop whose window is also measured in CPU time: on a busy machine that says more than the clock. */
import type { Lane, LoopResult, LoopTimes, WindowEdges } from '../closed-loop.ts';
import { closedLoop } from '../closed-loop.ts';
import type { Result } from '../result.ts';
import { percentile } from '../statistics.ts';
import type { Cpu, System } from '../system.ts';
import { costOf } from '../system.ts';

export type Measured = Omit<Result, 'score' | 'lost' | 'doubled'> & {
	readonly loop: LoopResult;
	readonly perSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
};

export async function measuredLoop(
	system: System,
	lanes: readonly Lane[],
	times: LoopTimes,
	edges: WindowEdges = {}
): Promise<Measured> {
	const cpu: Promise<Cpu>[] = [];
	const loop = await closedLoop(lanes, times, {
		...edges,
		opened: () => {
			cpu.push(system.cpu());
			edges.opened?.();
		},
		closed: () => {
			cpu.push(system.cpu());
			edges.closed?.();
		}
	});
	const [before, after] = await Promise.all(cpu);
	return {
		loop,
		perSecond: loop.answered / loop.seconds,
		p50Ms: percentile(loop.latenciesMs, 0.5),
		p99Ms: percentile(loop.latenciesMs, 0.99),
		...(before === undefined || after === undefined ? {} : costOf(before, after, loop.answered))
	};
}
