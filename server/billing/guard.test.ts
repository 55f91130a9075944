import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { defaultLimits } from '#protocol/limits';
import { createAccess } from '../access/access.ts';
import { Refusal } from '../errors.ts';
import { answerFloorMs, guarded } from './guard.ts';

/** A clock that stands until it is moved, and no waiting but what is told. */
function house() {
	let at = 0;
	const access = createAccess({ workKey: randomBytes(32), socketsPerPlace: 1, now: () => at, randomBytes });
	const waits: number[] = [];
	const wait = async (ms: number) => waits.push(ms);
	const ask = (work: () => Promise<string>, alwaysCharged = false) =>
		guarded({ access, limits: defaultLimits, plansOn: true }, { prefix: 'here', alwaysCharged, wait }, work).catch(
			(error: unknown) => (error instanceof Refusal ? error.code : 'thrown')
		);
	return { ask, waits, advance: (ms: number) => (at += ms) };
}

const wrong = () => Promise.reject(new Refusal('ACCOUNT'));
const right = async () => 'right';

test('200 guesses take 19 minutes: ten at once, then one every six seconds', async () => {
	const { ask, advance } = house();
	const work = vi.fn(wrong);
	let seconds = 0;
	while (work.mock.calls.length < 200) {
		const answers = await Promise.all(Array.from({ length: 20 }, () => ask(work)));
		expect(answers.filter((answer) => answer === 'ACCOUNT')).toHaveLength(seconds === 0 ? 10 : 1);
		expect(answers.filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(seconds === 0 ? 10 : 19);
		advance(6_000);
		seconds += 6;
	}
	expect(seconds).toBe(6 * 191);
});

test('what is right and what is wrong is answered after the same wait; what is not looked at, at once', async () => {
	const { ask, waits } = house();
	await ask(right);
	await ask(wrong);
	expect(waits).toEqual([answerFloorMs, answerFloorMs]);
	for (let i = 0; i < 9; i++) await ask(wrong);
	expect(waits).toHaveLength(11);
	expect(await ask(right)).toBe('RATE_LIMITED');
	expect(waits).toHaveLength(11);
});

test('no answer leaves before the wait is over', async () => {
	const { promise, resolve } = Promise.withResolvers<null>();
	const access = createAccess({ workKey: randomBytes(32), socketsPerPlace: 1, now: () => 0, randomBytes });
	const order: string[] = [];
	const ports = { access, limits: defaultLimits, plansOn: true };
	const answers = [right, wrong].map((work) =>
		guarded(ports, { prefix: 'here', wait: () => promise }, work)
			.catch(() => null)
			.then(() => order.push('answered'))
	);
	await new Promise((done) => setImmediate(done));
	order.push('waited');
	resolve(null);
	await Promise.all(answers);
	expect(order).toEqual(['waited', 'answered', 'answered']);
});

test('a right code costs no try, up to six times the tries a minute; what says yes to any code does', async () => {
	const { ask } = house();
	for (let i = 0; i < 50; i++) expect(await ask(right)).toBe('right');
	expect(await Promise.all(Array.from({ length: 10 }, () => ask(wrong)))).toEqual(Array(10).fill('ACCOUNT'));
	expect(await ask(right)).toBe('RATE_LIMITED');
	const other = house();
	for (let i = 0; i < 10; i++) expect(await other.ask(right, true)).toBe('right');
	expect(await other.ask(right, true)).toBe('RATE_LIMITED');
});

test('where nobody pays there are no accounts', async () => {
	const access = createAccess({ workKey: randomBytes(32), socketsPerPlace: 1, now: () => 0, randomBytes });
	const ports = { access, limits: defaultLimits, plansOn: false };
	await expect(guarded(ports, { prefix: 'here' }, right)).rejects.toThrow('BAD_INPUT');
});
