/** Group commit: what arrives while the last batch is being committed goes into the next one. */

export type Lane<Item, Result> = {
	/** Items are committed in the order of adding. */
	add(item: Item): Promise<Result>;
};

export type LaneOptions<Item, Result> = {
	readonly maxBatch: number;
	/** Answers for each item, in order; rejects all of them when it throws. */
	readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
	/** Nothing is waiting and nothing under way. */
	readonly onIdle: () => void;
};

type Waiting<Item, Result> = {
	readonly item: Item;
	readonly resolve: (result: Result) => void;
	readonly reject: (error: unknown) => void;
};

export function createLane<Item, Result>({ maxBatch, commit, onIdle }: LaneOptions<Item, Result>): Lane<Item, Result> {
	let waiting: Waiting<Item, Result>[] = [];
	let running = false;

	const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
		try {
			const results = await commit(batch.map(({ item }) => item));
			for (const [index, { resolve, reject }] of batch.entries()) {
				const result = results[index];
				if (result === undefined) reject(new Error(`lane: expected ${batch.length} results, got ${results.length}`));
				else resolve(result);
			}
		} catch (error) {
			for (const { reject } of batch) reject(error);
		}
	};
	const run = async (): Promise<void> => {
		while (waiting.length > 0) {
			const batch = waiting.slice(0, maxBatch);
			waiting = waiting.slice(maxBatch);
			await settle(batch);
		}
		running = false;
		onIdle();
	};

	return {
		add: (item) =>
			new Promise((resolve, reject) => {
				waiting.push({ item, resolve, reject });
				if (running) return;
				running = true;
				// Everything that the sockets have brought in this turn of the event loop goes together.
				setImmediate(() => void run());
			})
	};
}
