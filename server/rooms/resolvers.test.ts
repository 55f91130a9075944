import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeBase64url } from '#protocol/base64url';
import { planNames } from '#protocol/plans';
import { periodOf } from '#protocol/tokens';
import type { Context } from '../context.ts';
import { createBuilder } from '../graphql/builder.ts';
import { tokenText } from '../testing-people.ts';
import { testToken, testTokenKeys } from '../tokens/testing.ts';
import type { RoomPorts } from './ports.ts';
import { addRoomFields } from './resolvers.ts';
import type { House } from './testing.ts';
import { draftRoom, openHouse, openSocket, proveAccess } from './testing.ts';

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

const builder = createBuilder();
addRoomFields(builder);
// The builder has a place for subscriptions, which other folders fill.
builder.subscriptionField('never', (t) => t.boolean({ subscribe: async function* () {}, resolve: () => true }));
const schema = builder.toSchema();

async function run(
	text: string,
	variables: Record<string, unknown> = {},
	connection: Context['connection'] = null,
	changes: Partial<RoomPorts> = {}
) {
	const contextValue = { services: { ...house.ports, ...changes }, connection, prefix: 'here', outlet: null };
	const result = await execute({ schema, document: parse(text), variableValues: variables, contextValue });
	if (!('data' in result)) throw new Error('test: expected one result');
	return { data: result.data, codes: result.errors?.map((error) => error.originalError?.message ?? error.message) ?? [] };
}

function encoded(values: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, value instanceof Uint8Array ? encodeBase64url(value) : value])
	);
}

const createText = `mutation (
	$roomId: Bytes!, $byte0: Int!, $accessPub: Bytes!, $shard: Bytes!, $shardTag: Bytes!, $card: Bytes!, $token: TokenInput
) {
	createRoom(
		roomId: $roomId, byte0: $byte0, accessPub: $accessPub, shard: $shard, shardTag: $shardTag, card: $card, token: $token
	) { expiresInMs }
}`;
const joinText = `mutation ($roomId: Bytes!, $proof: Bytes!, $clientNonce: Bytes!) {
	joinRoom(roomId: $roomId, proof: $proof, clientNonce: $clientNonce) {
		shard shardTag card session tag ageMs expiresInMs headSeq cap used people plan
	}
}`;

test('info tells version, clock, plans and the modes that can be opened', async () => {
	const { data } = await run(
		'{ info { v now modes plans { name roomsPerMonth messages lifetimesSeconds maxLifetimeSeconds people files } } }'
	);
	expect(data?.info).toMatchObject({
		v: 1,
		modes: ['stored', 'relayed', 'direct'],
		plans: [
			{
				name: 'free',
				roomsPerMonth: 15,
				messages: 50,
				lifetimesSeconds: [2_592_000],
				maxLifetimeSeconds: null,
				people: 20,
				files: 5
			},
			{ name: 'pro', roomsPerMonth: null, messages: null, people: 200, files: 200 }
		]
	});
});

test('a room is opened and looked at over HTTP, joined and purged over a socket', async () => {
	const room = draftRoom();
	const { roomId } = encoded(room.request);
	const token = tokenText(testToken());
	expect((await run(createText, { ...encoded(room.request), token })).codes).toEqual([]);
	const looked = await run('query ($roomId: Bytes!) { peek(roomId: $roomId) { expiresInMs full people } }', { roomId });
	expect(looked.data?.peek).toMatchObject({ full: false, people: 20 });
	const socket = openSocket(house.ports);
	const joined = await run(joinText, encoded(proveAccess(room, socket)), socket);
	expect(joined.codes).toEqual([]);
	expect(joined.data?.joinRoom).toMatchObject({ shard: encodeBase64url(room.request.shard), headSeq: 0, cap: 50, plan: 'free' });
	expect((await run('mutation { unlockJoins purgeRoom }', {}, socket)).data).toEqual({ unlockJoins: true, purgeRoom: true });
	expect((await run('mutation { leave }', {}, socket)).codes).toEqual(['NO_SESSION']);
});

test('without a socket nothing can be joined, left, unlocked or purged', async () => {
	const room = draftRoom();
	expect((await run(joinText, encoded(proveAccess(room, openSocket(house.ports))))).codes).toEqual(['NO_SESSION']);
	for (const name of ['leave', 'unlockJoins', 'purgeRoom'])
		expect((await run(`mutation { ${name} }`)).codes).toEqual(['NO_SESSION']);
});

test('a challenge for work comes with the difficulty that a join must show', async () => {
	const { data } = await run('mutation { powChallenge { challenge difficulty } }');
	expect(data?.powChallenge).toMatchObject({ challenge: expect.stringMatching(/^[\w-]{64}$/), difficulty: 7 });
});

/** docs/PROTOCOL.md §16.4: the highest bit of the difficulty's byte. */
const forTokens = 0x80;

test('a challenge for tokens is as hard as the load makes it, and says so under its signature', async () => {
	const { demand } = house.ports.access;
	const ask = async () => {
		const { data } = await run('mutation { powChallenge(tokens: true) { challenge difficulty } }');
		const { challenge, difficulty } = data?.powChallenge as { readonly challenge: string; readonly difficulty: number };
		return [difficulty, Buffer.from(challenge, 'base64url')[8]];
	};
	expect(await ask()).toEqual([5, forTokens | 5]);
	for (let batch = 0; batch < 10_000; batch++) demand.met();
	expect(await ask()).toEqual([10, forTokens | 10]);
});

test('info shows the key of each plan for this month, and none where plans are off', async () => {
	const period = periodOf(house.ports.now());
	const keys = planNames.map((plan) => ({ plan, period, key: encodeBase64url(testTokenKeys.key(plan, period).publicKey) }));
	const text = '{ info { plansOn tokenKeys { plan period key } } }';
	expect((await run(text)).data?.info).toEqual({ plansOn: true, tokenKeys: keys });
	expect((await run(text, {}, null, { plansOn: false })).data?.info).toEqual({ plansOn: false, tokenKeys: [] });
});
