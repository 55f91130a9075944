/** The operations of our build, by the SHA-256 of their text: the only ones that run (docs/PROTOCOL.md §17). */
import { readFileSync } from 'node:fs';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { getOperationAST, parse, validate } from 'graphql';

/** Hex SHA-256 → text of the document. */
export type PersistedDocuments = Readonly<Record<string, string>>;

export type Operation = {
	/** For the log. */
	readonly name: string;
	readonly kind: OperationDefinitionNode['operation'];
	readonly document: DocumentNode;
	/** Fields of the root type that it asks for. */
	readonly fields: readonly string[];
};

export type Operations = {
	readonly all: readonly Operation[];
	/** `null` for an operation that is not of our build. */
	find(hash: unknown): Operation | null;
	/** `unknown` for a document that `find` did not give. */
	nameOf(document: DocumentNode): string;
};

/** Parses and checks every document at once: a build whose operations don't fit the schema doesn't start. */
export function createOperations(schema: GraphQLSchema, documents: PersistedDocuments): Operations {
	const known = new Map(Object.entries(documents).map(([hash, text]) => [hash, readOperation(schema, text)]));
	const names = new Map([...known.values()].map(({ document, name }) => [document, name]));
	return {
		all: [...known.values()],
		find: (hash) => (typeof hash === 'string' ? (known.get(hash) ?? null) : null),
		nameOf: (document) => names.get(document) ?? 'unknown'
	};
}

/** What a client sends instead of a document: `extensions.persistedQuery.sha256Hash`. */
export function persistedHash(extensions: unknown): unknown {
	if (!isRecord(extensions) || !isRecord(extensions.persistedQuery)) return null;
	return extensions.persistedQuery.sha256Hash ?? null;
}

/** The map that `scripts/generate.ts` writes. */
export function readPersisted(path: URL): PersistedDocuments {
	const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
	if (!isRecord(parsed)) throw new Error('persisted operations: expected an object');
	return Object.fromEntries(Object.entries(parsed).map(([hash, text]) => [hash, String(text)]));
}

function readOperation(schema: GraphQLSchema, text: string): Operation {
	const document = parse(text);
	const faults = validate(schema, document);
	if (faults.length > 0) throw new Error(`persisted operation: ${faults.map((fault) => fault.message).join('; ')}`);
	const definition = getOperationAST(document);
	if (definition == null) throw new Error('persisted operation: expected one operation in each document');
	const fields = definition.selectionSet.selections.map((selection) =>
		selection.kind === 'Field' ? selection.name.value : '...'
	);
	return { name: definition.name?.value ?? 'unnamed', kind: definition.operation, document, fields };
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
