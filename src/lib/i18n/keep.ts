/** The catalogue with the words of keeping a room. */
import { keep } from './en/keep.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, keep };
