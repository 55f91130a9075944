/** The catalogue with the words for whoever has no room left this month. */
import { quota } from './en/quota.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, quota };
