/** The schema's builder: what every folder's `resolvers.ts` adds its fields to. */
import SchemaBuilder from '@pothos/core';
import type { Builder, SchemaTypes } from '../context.ts';
import { Refusal } from '../errors.ts';
import { formatBytes, parseBytes } from './bytes.ts';

export function createBuilder(): Builder {
	const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false, defaultInputFieldRequiredness: true });
	builder.scalarType('Bytes', {
		description: 'Base64url without padding (RFC 4648 §5), one encoding per value.',
		serialize: formatBytes,
		parseValue: parseBytes,
		parseLiteral: (node) => {
			if (node.kind !== 'StringValue') throw new Refusal('BAD_INPUT');
			return parseBytes(node.value);
		}
	});
	builder.queryType({});
	builder.mutationType({});
	builder.subscriptionType({});
	return builder;
}
