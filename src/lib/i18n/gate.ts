/** The catalogue with the words of a room's gate. */
import { entry } from './en/entry.ts';
import { gate } from './en/gate.ts';
import { keep } from './en/keep.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, entry, gate, keep };
