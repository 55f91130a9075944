/** The catalogue with the words of the plan page, which no other page is to carry. */
import { plan } from './en/plan.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, plan };
