/** The catalogue with the words of a purge. */
import { purge } from './en/purge.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, purge };
