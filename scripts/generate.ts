/** What the types and the server are made from: the schema as text, its types for the client, and the operations by their hash. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringifyDocument } from '@urql/core';
import { lexicographicSortSchema, parse, printSchema, validate } from 'graphql';
import { schema } from '../server/graphql/schema.ts';

const root = new URL('../', import.meta.url);
const file = (path: string) => fileURLToPath(new URL(path, root));

writeFileSync(file('src/lib/api/schema.graphql'), `${printSchema(lexicographicSortSchema(schema))}\n`);
execFileSync(file('node_modules/.bin/gql.tada'), ['generate-output'], { cwd: file('.'), stdio: ['ignore', 'ignore', 'inherit'] });

const operations: Record<string, unknown> = await import('../src/lib/api/operations.ts');
const documents = Object.values(operations).filter((value) => typeof value === 'object' && value !== null && 'kind' in value);
const persisted = documents.map((document) => {
	// The hash is over the text that urql's persisted exchange hashes in the browser.
	const text = stringifyDocument(document as Parameters<typeof stringifyDocument>[0]);
	const faults = validate(schema, parse(text));
	if (faults.length > 0) throw new Error(`src/lib/api/operations.ts: ${faults.map((fault) => fault.message).join('; ')}`);
	return [createHash('sha256').update(text).digest('hex'), text] as const;
});
// What a version before has asked stays: its pages go on in browsers until somebody takes the new one (docs/PROTOCOL.md §17).
const served = file('server/graphql/persisted.json');
const before = JSON.parse(readFileSync(served, 'utf8')) as Record<string, string>;
const all = { ...before, ...Object.fromEntries(persisted) };
writeFileSync(served, `${JSON.stringify(all, null, '\t')}\n`);
