/**
 * What a subscription's document says of an event, as JSON, once for all who read by this document: what executing it would give,
 * which a test compares. Events are flat and wait for nothing, so that what is asked of each of their types can be looked up when
 * the server starts; an execution for every event would take a fifth of the time of a message in a Live room.
 */
import type { DocumentNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, SelectionSetNode } from 'graphql';
import { getNullableType, getOperationAST, isLeafType, isListType, isNonNullType, isUnionType, Kind } from 'graphql';
import { typeNames } from '../envelopes/resolvers.ts';
import type { RoomEvent } from '../fanout/bus.ts';
import type { Render } from '../fanout/outlet.ts';

type Field = { readonly name: string; readonly read: (event: RoomEvent) => unknown };

/** Throws for a document that asks for more than the fields of one event. */
export function createRender(schema: GraphQLSchema, document: DocumentNode): Render {
	const [root, ...more] = getOperationAST(document)?.selectionSet.selections ?? [];
	if (root?.kind !== Kind.FIELD || more.length > 0) throw new Error('subscription: expected one field');
	const type = getNullableType(schema.getSubscriptionType()?.getFields()[root.name.value]?.type);
	if (!isUnionType(type)) throw new Error('subscription: expected the events of a room');
	const fields = new Map(type.getTypes().map((member) => [member.name, fieldsOf(member, root.selectionSet)]));
	const rootName = (root.alias ?? root.name).value;
	return (event) => {
		const said: Record<string, unknown> = {};
		for (const { name, read } of fields.get(typeNames[event.kind]) ?? []) said[name] = read(event);
		return JSON.stringify({ data: { [rootName]: said } });
	};
}

function fieldsOf(type: GraphQLObjectType, asked: SelectionSetNode | undefined): readonly Field[] {
	return (asked?.selections ?? []).flatMap((selection): readonly Field[] => {
		if (selection.kind === Kind.FRAGMENT_SPREAD || (selection.directives ?? []).length > 0)
			throw new Error('subscription: expected fields and inline fragments alone');
		if (selection.kind === Kind.INLINE_FRAGMENT)
			return selection.typeCondition?.name.value === type.name ? fieldsOf(type, selection.selectionSet) : [];
		const name = (selection.alias ?? selection.name).value;
		const property = selection.name.value;
		if (property === '__typename') return [{ name, read: () => type.name }];
		const field = type.getFields()[property];
		if (field === undefined) throw new Error(`subscription: ${type.name} has no ${property}`);
		const write = writerOf(field.type, `${type.name}.${property}`);
		return [{ name, read: (event) => write(Reflect.get(event, property)) }];
	});
}

/** From a property of an event to what stands in the answer. */
function writerOf(type: GraphQLOutputType, place: string): (value: unknown) => unknown {
	const write = presentWriterOf(getNullableType(type), place);
	return (value) => {
		if (value !== null && value !== undefined) return write(value);
		if (isNonNullType(type)) throw new Error(`subscription: an event without ${place}`);
		return null;
	};
}

function presentWriterOf(type: GraphQLOutputType, place: string): (value: unknown) => unknown {
	if (isLeafType(type)) return (value) => type.coerceOutputValue(value);
	if (!isListType(type)) throw new Error(`subscription: ${place} is not flat`);
	const write = writerOf(type.ofType, place);
	return (value) => {
		if (!Array.isArray(value)) throw new Error(`subscription: ${place} is not a list`);
		return value.map(write);
	};
}
