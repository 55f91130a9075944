import { executeSubscriptionEvent, parse, validateSubscriptionArgs } from 'graphql';
import { expect, test } from 'vitest';
import type { RoomEvent } from '../fanout/bus.ts';
import { createOperations, readPersisted } from './operations.ts';
import { createRender } from './render.ts';
import { schema } from './schema.ts';

const env = new Uint8Array([0xff, 0, 0xfe, 7]);
const events: readonly RoomEvent[] = [
	{ kind: 'envelope', seq: 1, t: 0, env, tag: 'AAECAwQFBgc', burnAt: 1_700_000_000_000 },
	{ kind: 'envelope', seq: 0, t: 2_000_000, env, tag: null, burnAt: null },
	{ kind: 'burned', seq: 2_147_483_647 },
	{ kind: 'presence', count: 3, joined: ['AAECAwQFBgc', 'BwYFBAMCAQA'], left: [] },
	{ kind: 'knock', t: 9 },
	{ kind: 'gone', reason: 'purged' }
];

/** By graphql itself. */
function executed(document: ReturnType<typeof parse>, event: RoomEvent): string {
	const prepared = validateSubscriptionArgs({ schema, document });
	if (!('schema' in prepared)) throw prepared[0] ?? new Error('no arguments');
	return JSON.stringify(executeSubscriptionEvent({ ...prepared, rootValue: event }));
}

const documents = readPersisted(new URL('persisted.json', import.meta.url));
const persisted = createOperations(schema, documents).all.filter(({ kind }) => kind === 'subscription');
const renamed = parse(
	'subscription { happened: room { what: __typename ... on Envelope { bytes: env seq } ... on Gone { __typename reason } } }'
);

test('each event is rendered as graphql would, for every subscription that is known and with other names', () => {
	expect(persisted.length).toBeGreaterThan(0);
	for (const document of [...persisted.map(({ document }) => document), renamed]) {
		const render = createRender(schema, document);
		expect(events.map(render)).toEqual(events.map((event) => executed(document, event)));
	}
});

test.each([
	'subscription { room { ...all } } fragment all on Burned { seq }',
	'subscription { room { ... on Burned { seq @skip(if: true) } } }',
	'subscription { room { ... on Burned { lost } } }',
	'subscription { room { __typename } again: room { __typename } }',
	'query { clock }'
])('what an event can’t be rendered by is refused when the server starts: %s', (document) => {
	expect(() => createRender(schema, parse(document))).toThrow(/^subscription: /);
});

test('an event without what its type must have is a fault', () => {
	const render = createRender(schema, parse('subscription { room { ... on Knock { t } } }'));
	// @ts-expect-error An event that no code of ours can make.
	expect(() => render({ kind: 'knock' })).toThrow('without Knock.t');
});
