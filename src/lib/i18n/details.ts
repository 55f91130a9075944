/** The catalogue with the words of Room details, which come with a click. */
import { details } from './en/details.ts';
import { t as room } from './room.ts';

export const t = { ...room, details };
