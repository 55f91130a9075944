/** The catalogue with the words of the home page. */
import { home } from './en/home.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, home };
