/** How one's own message stands on the screen while it is on its way. PURE. */
import type { Letter } from './send.ts';
import type { MessageItem, Person } from './view.ts';

export function itemOf(me: Person, letter: Letter, now: Pick<MessageItem, 'state' | 'seq' | 'burn'>): MessageItem {
	const { id, text, time, reason, sealed } = letter;
	const { fp, tag, nick, colour, namesake } = me;
	const person = { fp, tag, nick, colour, namesake };
	const marks = { clockOff: false, late: false, equivocal: false, fresh: false };
	const why = now.state === 'failed' && reason !== undefined ? { reason } : {};
	const fixed = now.seq === 0 && sealed !== undefined;
	return { kind: 'message', id, ...now, person, own: true, time, text, ...marks, ...why, ...(fixed && { fixed }) };
}
