import { expect, test } from 'vitest';
import { createHttpClient } from '../api/client.ts';
import { keepAccountCode } from '../storage/account.ts';
import { MemoryDatabase } from '../storage/memory-database.ts';
import { WalletError } from './wallet-problems.ts';
import type { Ports } from './wallet.ts';
import { Wallet } from './wallet.svelte.ts';

/** No work of its comes to an end by itself; `begun` counts them. */
function endless(): { readonly wallet: Wallet; readonly begun: () => number } {
	let begun = 0;
	const alone: Ports['alone'] = (_run, signal) => {
		begun++;
		return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
	};
	const ports = { client: createHttpClient(), database: new MemoryDatabase(), now: Date.now, draw: () => 0, alone };
	return { wallet: new Wallet(ports), begun: () => begun };
}

async function problemOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'none',
		(error: unknown) => (error instanceof WalletError ? error.problem : String(error))
	);
}

test('whoever cancels while they wait for work that had begun before stops it, and none begins anew', async () => {
	const { wallet, begun } = endless();
	const first = problemOf(wallet.next('free'));
	await expect.poll(begun).toBe(1);
	const second = problemOf(wallet.next('free'));
	wallet.cancel();
	expect(await Promise.all([first, second])).toEqual(['cancelled', 'cancelled']);
	expect(begun()).toBe(1);
});

test('who has a code is Pro as soon as the device was looked at, and Free before', async () => {
	const held = new MemoryDatabase();
	await keepAccountCode('161JY3ST9TTM3KCM', held);
	const alone: Ports['alone'] = () => new Promise(() => undefined);
	const wallet = new Wallet({ client: createHttpClient(), database: held, now: Date.now, draw: () => 0, alone });
	expect(wallet.plan).toBe('free');
	await wallet.knowPlan();
	expect(wallet.plan).toBe('pro');
});
