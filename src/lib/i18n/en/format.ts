import { createFormats } from '../format';

/** British English writes 14:09 and 20 November. */
export const { number, plural, list, clock, clockSeconds, day } = createFormats('en-GB');
