import { expect, test, vi } from 'vitest';
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import type { Transport } from '../transport/transport.ts';
import type { Joined } from './ports.ts';
import { Line } from './reconnect.ts';
import type { Cancellable, LinePorts } from './reconnect.ts';
import { unlessAborted } from './timers.ts';

type Way = { readonly joined: Joined; readonly breakOff: () => void };

function way(): Way {
	const { promise: closed, resolve } = Promise.withResolvers<number>();
	const close = () => resolve(1000);
	const nothing = () => Promise.reject(new ApiFailure('OFFLINE'));
	const transport: Transport = {
		post: nothing,
		relay: nothing,
		history: nothing,
		purge: nothing,
		leave: nothing,
		unlock: nothing,
		listen: () => undefined,
		closed,
		close
	};
	const bytes = new Uint8Array();
	const entry = {
		shard: bytes,
		shardTag: bytes,
		card: bytes,
		session: bytes,
		tag: '',
		ageMs: 0,
		expiresInMs: 1,
		headSeq: 0,
		used: 0,
		people: 2,
		plan: 'free'
	} as const;
	return { joined: { transport, entry, serverNow: () => 0, roomStart: 0 }, breakOff: close };
}

/** Tries at joining by a script: a code fails, `null` comes through. */
function bench(script: readonly (FailureCode | Error | null)[], changes: Partial<LinePorts> = {}) {
	const said: string[] = [];
	const waits: number[] = [];
	const answers = [...script];
	const { promise: settled, resolve } = Promise.withResolvers<undefined>();
	const line = new Line({
		join: () => {
			const answer = answers.shift();
			if (answer === undefined || answer === null) return Promise.resolve(way().joined);
			return Promise.reject(answer instanceof Error ? answer : new ApiFailure(answer));
		},
		isOnline: () => true,
		draw: () => 0,
		wait: (ms) => {
			waits.push(ms);
			return { done: Promise.resolve(), cancel: () => undefined };
		},
		up: () => {
			said.push('up');
			if (said.length > 1) resolve(undefined);
		},
		down: (how) => said.push(how),
		gone: () => {
			said.push('gone');
			resolve(undefined);
		},
		report: (error) => said.push(String(error)),
		...changes
	});
	return { line, said, waits, settled };
}

test('a connection that only the server has lost is made anew without saying that one is offline', async () => {
	const { line, said, waits, settled } = bench(['OFFLINE', 'OFFLINE', 'OFFLINE', null]);
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await settled;
	expect(new Set(said)).toEqual(new Set(['up', 'reconnecting']));
	expect(said.at(-1)).toBe('up');
	expect(waits).toEqual([125, 250, 500, 1000]);
});

test('without a network one is told so, before the first try and after each', async () => {
	let online = false;
	const { line, said, settled } = bench(['OFFLINE', null], { isOnline: () => online });
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await first.joined.transport.closed;
	await Promise.resolve();
	expect(said).toEqual(['up', 'offline']);
	online = true;
	await settled;
	expect(said).toEqual(['up', 'offline', 'reconnecting', 'up']);
});

test('a fault of ours is reported and never ends the tries, nor does a room that is full or locked', async () => {
	const { line, said, waits, settled } = bench([new Error('vault: fault'), 'ROOM_FULL', 'JOIN_LOCKED', null]);
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await settled;
	expect(said).toEqual(['up', 'reconnecting', 'Error: vault: fault', 'reconnecting', 'reconnecting', 'reconnecting', 'up']);
	expect(waits.filter((ms) => ms === 15_000)).toHaveLength(3);
});

test('a room that is gone ends the tries', async () => {
	const { line, said, settled } = bench(['OFFLINE', 'ROOM_GONE', null]);
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await settled;
	expect(said).toEqual(['up', 'reconnecting', 'reconnecting', 'gone']);
});

test('a server that refuses for now is asked again, more slowly', async () => {
	const { line, said, waits, settled } = bench(['RATE_LIMITED', null]);
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await settled;
	expect(said.at(-1)).toBe('up');
	expect(Math.max(...waits)).toBe(15_000);
});

test('a sign from outside makes the next try now', async () => {
	const pauses: Cancellable[] = [];
	const wait = (): Cancellable => {
		const { promise, resolve } = Promise.withResolvers<undefined>();
		const pause = { done: promise, cancel: () => resolve(undefined) };
		pauses.push(pause);
		return pause;
	};
	const { line, said, settled } = bench([null], { wait });
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await first.joined.transport.closed;
	await Promise.resolve();
	expect(pauses).toHaveLength(1);
	line.wake();
	await settled;
	expect(said).toEqual(['up', 'reconnecting', 'up']);
});

test('a try that still waits for a socket is begun anew when something changes outside, without another pause', async () => {
	const tries: AbortSignal[] = [];
	const never = new Promise<Joined>(() => undefined);
	const join = (signal: AbortSignal) => {
		tries.push(signal);
		return tries.length === 1 ? unlessAborted(never, signal) : Promise.resolve(way().joined);
	};
	const { line, said, waits, settled } = bench([], { join });
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await vi.waitUntil(() => tries.length === 1);
	line.wake();
	await settled;
	await vi.waitUntil(() => line.joined !== null);
	expect(said).toEqual(['up', 'reconnecting', 'up']);
	expect(tries).toHaveLength(2);
	expect(waits).toEqual([125]);
});

test('a way over which nothing is answered is made anew', async () => {
	const first = way();
	const { line, said } = bench([null]);
	line.hold(first.joined);
	vi.useFakeTimers();
	const checked = line.check(() => new Promise(() => undefined));
	await vi.advanceTimersByTimeAsync(1499);
	expect(line.joined).toBe(first.joined);
	await vi.advanceTimersByTimeAsync(1);
	await checked;
	vi.useRealTimers();
	expect(await first.joined.transport.closed).toBe(1000);
	await vi.waitUntil(() => line.joined !== null);
	expect(said).toEqual(['up', 'reconnecting', 'up']);
	await line.check(() => Promise.reject(new ApiFailure('RATE_LIMITED')));
	expect(said).toEqual(['up', 'reconnecting', 'up']);
});

test('a line that was stopped stays down, and closes what came through too late', async () => {
	const late = way();
	const { promise: joining, resolve } = Promise.withResolvers<Joined>();
	const { line, said } = bench([], { join: () => joining });
	const first = way();
	line.hold(first.joined);
	first.breakOff();
	await first.joined.transport.closed;
	await new Promise((done) => setTimeout(done));
	line.stop();
	resolve(late.joined);
	expect(await late.joined.transport.closed).toBe(1000);
	expect(said).toEqual(['up', 'reconnecting']);
	expect(line.joined).toBeNull();
});
