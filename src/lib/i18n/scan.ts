/** The catalogue with the words of the scanner. */
import { scan } from './en/scan.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, scan };
