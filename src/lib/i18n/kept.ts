/** The catalogue with the words of what stays on this device, which a first visit is not to carry. */
import { kept } from './en/kept.ts';
import { home } from './en/home.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, home, kept };
