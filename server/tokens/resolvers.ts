/** The tokens' part of the schema. Translates arguments, and nothing else: rules stand in the use cases. */
import type { Builder } from '../context.ts';
import { issueFreeTokens } from './free.ts';
import type { Issued } from './issue.ts';

export function issuedType(builder: Builder) {
	return builder.objectRef<Issued>('Issued').implement({
		description: 'An evaluated element for each blinded one, and one proof for all (RFC 9497).',
		fields: (t) => ({
			evaluated: t.field({ type: ['Bytes'], resolve: (issued) => [...issued.evaluated] }),
			proof: t.field({ type: 'Bytes', resolve: (issued) => issued.proof })
		})
	});
}

export function addTokenFields(builder: Builder, Issued: ReturnType<typeof issuedType>): void {
	builder.mutationField('issueFreeTokens', (t) =>
		t.field({
			type: Issued,
			args: {
				period: t.arg.int(),
				challenge: t.arg({ type: 'Bytes' }),
				nonce: t.arg({ type: 'Bytes' }),
				blinded: t.arg({ type: ['Bytes'] })
			},
			resolve: (_, { period, challenge, nonce, blinded }, { services }) =>
				issueFreeTokens(services, { period, work: { challenge, nonce }, blinded })
		})
	);
}
