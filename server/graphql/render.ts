/** Executes a subscription's document for an event, once for all who read by this document. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { executeSubscriptionEvent, validateSubscriptionArgs } from 'graphql';
import type { Render } from '../fanout/outlet.ts';

/** Throws when the document can't be executed without variables: then its readers could not share what it gives. */
export function createRender(schema: GraphQLSchema, document: DocumentNode): Render {
	const prepared = validateSubscriptionArgs({ schema, document });
	if (!('schema' in prepared)) throw new Error(`subscription: ${prepared.map((fault) => fault.message).join('; ')}`);
	return (event) => {
		const result = executeSubscriptionEvent({ ...prepared, rootValue: event });
		if (result instanceof Promise) throw new Error('subscription: an event must be rendered without waiting');
		const [fault] = result.errors ?? [];
		if (fault !== undefined) throw fault;
		return JSON.stringify(result);
	};
}
