/** What a stay has to show, by the names of `RoomView`. */
import type { RoomView } from './view.ts';

export type Shown = {
	/** Own messages that the server has not, but for those that it refused. */
	readonly unsent: number;
	/** The highest row that is known to be at the server. */
	readonly head: number;
} & Pick<
	RoomView,
	| 'phase'
	| 'ending'
	| 'cap'
	| 'peopleLimit'
	| 'used'
	| 'endsAt'
	| 'now'
	| 'leftMs'
	| 'me'
	| 'people'
	| 'unnamed'
	| 'readers'
	| 'stopped'
	| 'direct'
	| 'typing'
	| 'items'
	| 'older'
	| 'waiting'
	| 'unseen'
	| 'cleared'
	| 'covered'
>;

export type Show = (change: Partial<Shown>) => void;

/** Of a room that is over. */
export const nothing = {
	items: [],
	people: [],
	readers: [],
	stopped: [],
	typing: [],
	unnamed: 0,
	waiting: 0,
	unseen: 0,
	covered: false
} as const;
