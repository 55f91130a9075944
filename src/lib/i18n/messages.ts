/** The catalogue in use. A language is a file beside `en.ts` that satisfies `Messages`; English is the source of its shape. */
import { en } from './en.ts';

export type Messages = typeof en;

export const t: Messages = en;
