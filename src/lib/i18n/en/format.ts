import { createFormats } from '../format.ts';

/** British English writes 14:09 and 20 November. */
export const { number, plural, list, clock, clockSeconds, day, date, dayOfYear, money } = createFormats('en-GB');
