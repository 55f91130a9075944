/** The schema, put together from the folders that have something to say. Importing it does nothing else. */
import { addEnvelopeFields } from '../envelopes/resolvers.ts';
import { addRoomFields } from '../rooms/resolvers.ts';
import { createBuilder } from './builder.ts';

const builder = createBuilder();
addRoomFields(builder);
addEnvelopeFields(builder);

export const schema = builder.toSchema();
