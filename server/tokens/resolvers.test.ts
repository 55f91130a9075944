import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeBase64url } from '#protocol/base64url';
import { u64 } from '#protocol/bytes';
import { periodOf } from '#protocol/tokens';
import { leadingZeroBits } from '#protocol/work';
import { workHash } from '../access/work.ts';
import { createBuilder } from '../graphql/builder.ts';
import type { House } from '../rooms/testing.ts';
import { openHouse } from '../rooms/testing.ts';
import { addTokenFields, issuedType } from './resolvers.ts';
import { testTokenKeys } from './testing.ts';
import { voprf } from './voprf.ts';

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

const builder = createBuilder();
addTokenFields(builder, issuedType(builder));
// The builder has places for queries and subscriptions, which other folders fill.
builder.queryField('never', (t) => t.boolean({ resolve: () => true }));
builder.subscriptionField('never', (t) => t.boolean({ subscribe: async function* () {}, resolve: () => true }));
const schema = builder.toSchema();

const text = `mutation ($period: Int!, $challenge: Bytes!, $nonce: Bytes!, $blinded: [Bytes!]!) {
	issueFreeTokens(period: $period, challenge: $challenge, nonce: $nonce, blinded: $blinded) { evaluated proof }
}`;
/** A few hashes: what is looked at here is how things are named and written. */
const bits = 2;

async function solve() {
	const challenge = house.ports.access.work.challenge({ purpose: 'tokens', bits });
	for (let tried = 0; ; tried++) {
		const nonce = u64(tried);
		if (leadingZeroBits(await workHash(challenge, nonce)) >= bits) return { challenge, nonce };
	}
}

test('a batch comes back in its order, with a proof that fits the key of the month', async () => {
	const period = periodOf(Date.now());
	const { challenge, nonce } = await solve();
	const wishes = ['one', 'two', 'three'].map((name) => ({ input: Buffer.from(name), ...voprf.blind(Buffer.from(name)) }));
	const variableValues = {
		period,
		challenge: encodeBase64url(challenge),
		nonce: encodeBase64url(nonce),
		blinded: wishes.map(({ blinded }) => encodeBase64url(blinded))
	};
	const services = { ...house.ports, limits: { ...house.ports.limits, workBits: bits } };
	const contextValue = { services, connection: null, prefix: 'here', outlet: null };
	const result = await execute({ schema, document: parse(text), variableValues, contextValue });
	if (!('data' in result)) throw new Error('test: expected one result');
	expect(result.errors).toBeUndefined();
	const issued = result.data?.issueFreeTokens as { readonly evaluated: readonly string[]; readonly proof: string };
	const bytes = (letters = '') => new Uint8Array(Buffer.from(letters, 'base64url'));
	const items = wishes.map((wish, index) => ({ ...wish, evaluated: bytes(issued.evaluated[index]) }));
	expect(voprf.finalizeBatch(items, testTokenKeys.key('free', period).publicKey, bytes(issued.proof))).toHaveLength(3);
});
