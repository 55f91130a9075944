/** The schema, put together from the folders that have something to say. Importing it does nothing else. */
import { addEnvelopeFields } from '../envelopes/resolvers.ts';
import { addBillingFields } from '../billing/resolvers.ts';
import { addTokenFields, issuedType } from '../tokens/resolvers.ts';
import { addRoomFields } from '../rooms/resolvers.ts';
import { addTurnFields } from '../turn/resolvers.ts';
import { createBuilder } from './builder.ts';

const builder = createBuilder();
addRoomFields(builder);
addEnvelopeFields(builder);
const Issued = issuedType(builder);
addTokenFields(builder, Issued);
addBillingFields(builder, Issued);
addTurnFields(builder);

export const schema = builder.toSchema();
