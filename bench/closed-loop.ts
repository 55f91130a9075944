/** Many lanes, each with one operation in flight: the next is begun when the last was answered. What is counted is a window in it. */

/** Begins one operation; `answered` is called once when it is answered. */
export type Lane = (answered: () => void) => void;

export type LoopTimes = {
	/** Before the window, so that connections, caches and compilers are warm. */
	readonly warmMs: number;
	readonly windowMs: number;
	/** When given, the window closes when this resolves, instead of after `windowMs` and the first answer. */
	readonly windowEnd?: Promise<unknown>;
};

export type LoopResult = {
	/** Operations answered in the window. */
	readonly answered: number;
	readonly seconds: number;
	/** From begin to answer, in milliseconds, of the operations answered in the window. */
	readonly latenciesMs: readonly number[];
};

/** `answered` hears of every operation that was answered in the window, with its latency in milliseconds. */
export type WindowEdges = {
	readonly opened?: () => void;
	readonly closed?: () => void;
	readonly answered?: (latencyMs: number) => void;
};

/** Resolves when every lane's last operation is answered. `edges` are told when the window opens and closes. */
export async function closedLoop(lanes: readonly Lane[], times: LoopTimes, edges: WindowEdges = {}): Promise<LoopResult> {
	const latenciesMs: number[] = [];
	const first = Promise.withResolvers<null>();
	let counting = false;
	let stopping = false;
	const count = (latencyMs: number) => {
		latenciesMs.push(latencyMs);
		first.resolve(null);
		edges.answered?.(latencyMs);
	};
	const run = (lane: Lane) =>
		new Promise<void>((resolve) => {
			const begin = () => {
				const begun = performance.now();
				lane(() => {
					if (counting) count(performance.now() - begun);
					if (stopping) return resolve();
					begin();
				});
			};
			begin();
		});
	const ended = Promise.all(lanes.map(run));
	await passed(times.warmMs);
	counting = true;
	const opened = performance.now();
	edges.opened?.();
	await (times.windowEnd ?? Promise.all([passed(times.windowMs), first.promise]));
	counting = false;
	const seconds = (performance.now() - opened) / 1000;
	edges.closed?.();
	stopping = true;
	await ended;
	return { answered: latenciesMs.length, seconds, latenciesMs };
}

function passed(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
