import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes';
import { u64 } from '#protocol/bytes';
import { periodOf, tokenInput } from '#protocol/tokens';
import { leadingZeroBits } from '#protocol/work';
import type { Solution, Task } from '../access/work.ts';
import { workHash } from '../access/work.ts';
import { createRoom } from '../rooms/create.ts';
import type { House } from '../rooms/testing.ts';
import { draftRoom, openHouse } from '../rooms/testing.ts';
import type { FreeRequest } from './free.ts';
import { issueFreeTokens } from './free.ts';
import { testTokenKeys } from './testing.ts';
import { voprf } from './voprf.ts';

const period = periodOf(Date.now());
/** As few hashes as there may be: what is looked at here is what comes of the work. */
const bits = 1;
let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

const ports = (changes: object = {}) => ({
	...house.ports,
	limits: { ...house.ports.limits, workBits: bits },
	payments: null,
	...changes
});

async function solve(difficulty = bits, purpose: Task['purpose'] = 'tokens'): Promise<Solution> {
	const challenge = house.ports.access.work.challenge({ purpose, bits: difficulty });
	for (let tried = 0; ; tried++) {
		const nonce = u64(tried);
		if (leadingZeroBits(await workHash(challenge, nonce)) >= difficulty) return { challenge, nonce };
	}
}

type Wish = { readonly nonce: Bytes; readonly input: Uint8Array; readonly blind: Uint8Array; readonly blinded: Uint8Array };

function wishFor(count: number): readonly Wish[] {
	return Array.from({ length: count }, () => {
		const nonce = new Uint8Array(randomBytes(32));
		const input = tokenInput({ plan: 'free', period, nonce });
		return { nonce, input, ...voprf.blind(input) };
	});
}

const issue = (request: Partial<FreeRequest> & Pick<FreeRequest, 'work'>, changes: object = {}) =>
	issueFreeTokens(ports(changes), { period, blinded: wishFor(1).map(({ blinded }) => blinded), ...request });

test('a batch of fifteen for one proof of work: the proof is right, and each token opens a room', async () => {
	const wishes = wishFor(15);
	const issued = await issue({ work: await solve(), blinded: wishes.map(({ blinded }) => blinded) });
	const items = wishes.map((wish, index) => ({ ...wish, evaluated: issued.evaluated[index] ?? new Uint8Array() }));
	const outputs = voprf.finalizeBatch(items, testTokenKeys.key('free', period).publicKey, issued.proof);
	for (const [index, { nonce }] of wishes.entries()) {
		const token = { type: 0, period, nonce, output: new Uint8Array(outputs[index] ?? []) };
		await createRoom(house.ports, draftRoom({ token }).request);
	}
	expect(house.ports.metrics.text()).toContain('sotto_tokens_issued_total 15\n');
});

const element = () => voprf.blind(randomBytes(8)).blinded;

test.each<[string, Partial<FreeRequest>, object]>([
	['nothing to sign', { blinded: [] }, {}],
	['more than a month has', { blinded: Array.from({ length: 16 }, element) }, {}],
	['what is no element', { blinded: [element(), new Uint8Array(32).fill(0xff)] }, {}],
	['the identity', { blinded: [new Uint8Array(32)] }, {}],
	['a short element', { blinded: [element().subarray(1)] }, {}],
	['the month before', { period: period - 1 }, {}],
	['the month after', { period: period + 1 }, {}],
	['a server without plans', {}, { plansOn: false }]
])('%s is BAD_INPUT, and the work is still good', async (_, request, changes) => {
	const work = await solve();
	await expect(issue({ ...request, work }, changes)).rejects.toThrow('BAD_INPUT');
	expect((await issue({ work })).evaluated).toHaveLength(1);
});

test('without work, with too little, with a join’s, or twice for the same: POW_INVALID', async () => {
	const { access } = house.ports;
	const nonce = new Uint8Array(8);
	const [easy, hard] = [0, 40].map((zeros) => access.work.challenge({ purpose: 'tokens', bits: zeros }));
	for (const challenge of [randomBytes(48), new Uint8Array(), easy ?? nonce, hard ?? nonce]) {
		await expect(issue({ work: { challenge, nonce } })).rejects.toThrow('POW_INVALID');
	}
	await expect(issue({ work: await solve(3, 'join') })).rejects.toThrow('POW_INVALID');
	const work = await solve();
	await issue({ work });
	await expect(issue({ work })).rejects.toThrow('POW_INVALID');
});

test('a batch is as large as the operator has a month', async () => {
	const { plans } = house.ports;
	const three = { plans: { ...plans, free: { ...plans.free, roomsPerMonth: 3 } } };
	const four = Array.from({ length: 4 }, element);
	await expect(issue({ work: await solve(), blinded: four }, three)).rejects.toThrow('BAD_INPUT');
	expect((await issue({ work: await solve(), blinded: four.slice(1) }, three)).evaluated).toHaveLength(3);
});

test('only batches that were given out make the work harder', async () => {
	const met: string[] = [];
	const access = { ...house.ports.access, demand: { met: () => void met.push('met'), bits: (idle: number) => idle } };
	await expect(issue({ work: await solve(), blinded: [] }, { access })).rejects.toThrow('BAD_INPUT');
	await expect(issue({ work: { challenge: randomBytes(48), nonce: new Uint8Array(8) } }, { access })).rejects.toThrow();
	expect(met).toEqual([]);
	await issue({ work: await solve() }, { access });
	expect(met).toEqual(['met']);
});
