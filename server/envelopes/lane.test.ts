import { expect, test } from 'vitest';
import { createLane } from './lane.ts';

function lane(maxBatch = 100) {
	const batches: { readonly items: readonly number[]; readonly done: PromiseWithResolvers<readonly number[]> }[] = [];
	let idle = 0;
	const made = createLane<number, number>({
		maxBatch,
		commit: (items) => {
			const done = Promise.withResolvers<readonly number[]>();
			batches.push({ items, done });
			return done.promise;
		},
		onIdle: () => idle++
	});
	const next = async () => {
		while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
		const batch = batches.shift();
		if (batch === undefined) throw new Error('expected a batch');
		return batch;
	};
	return { add: made.add, next, waiting: () => batches.length, idle: () => idle };
}

test('what arrives while a batch is being committed goes into the next one, in order', async () => {
	const { add, next, waiting, idle } = lane();
	const first = [add(1), add(2)];
	const batch = await next();
	const second = [add(3), add(4), add(5)];
	await new Promise((resolve) => setImmediate(resolve));
	expect([batch.items, waiting()]).toEqual([[1, 2], 0]);
	batch.done.resolve([10, 20]);
	expect(await Promise.all(first)).toEqual([10, 20]);
	const following = await next();
	expect(following.items).toEqual([3, 4, 5]);
	expect(idle()).toBe(0);
	following.done.resolve([30, 40, 50]);
	expect(await Promise.all(second)).toEqual([30, 40, 50]);
	await new Promise((resolve) => setImmediate(resolve));
	expect(idle()).toBe(1);
});

test('a batch takes no more than its limit', async () => {
	const { add, next } = lane(2);
	const all = [add(1), add(2), add(3)];
	for (const expected of [[1, 2], [3]]) {
		const { items, done } = await next();
		expect(items).toEqual(expected);
		done.resolve(items);
	}
	expect(await Promise.all(all)).toEqual([1, 2, 3]);
});

test('a batch that fails fails for its items alone', async () => {
	const { add, next } = lane();
	const failed = [add(1), add(2)];
	const batch = await next();
	const good = add(3);
	batch.done.reject(new Error('no'));
	for (const item of failed) await expect(item).rejects.toThrow('no');
	(await next()).done.resolve([30]);
	expect(await good).toBe(30);
});
