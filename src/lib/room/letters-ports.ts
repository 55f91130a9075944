/** What one's own messages need from outside. */
import type { Mail } from './mail.ts';
import type { Relaying } from './relaying.ts';
import type { Thread } from './thread.ts';
import type { Person } from './view.ts';
import type { Waiting } from './waiting.ts';

export type LettersPorts = {
	readonly mail: Mail;
	/** Absent: what waits for its turn is held by the page alone. */
	readonly waiting?: Waiting | undefined;
	/** Where the server keeps nothing. */
	readonly relaying?: Relaying | undefined;
	readonly thread: Thread;
	readonly me: () => Person;
	readonly nickOf: (fp: string) => string;
	readonly wall: () => number;
	/** Unix ms by the server's clock, now and when the room was made. */
	readonly serverNow: () => number;
	readonly roomStart: () => number;
	readonly isUp: () => boolean;
	readonly renew: () => void;
	/** A row of one's own is at the server. */
	readonly stored: (row: number) => void;
	readonly changed: () => void;
	readonly report: (error: unknown) => void;
};
