/** What a stay has to show, by the names of `RoomView`. */
import type { RoomView } from './view.ts';

export type Shown = Pick<
	RoomView,
	| 'phase'
	| 'ending'
	| 'cap'
	| 'used'
	| 'endsAt'
	| 'now'
	| 'leftMs'
	| 'me'
	| 'people'
	| 'unnamed'
	| 'typing'
	| 'items'
	| 'older'
	| 'waiting'
	| 'cleared'
	| 'covered'
>;

export type Show = (change: Partial<Shown>) => void;
