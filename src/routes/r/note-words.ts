/** What the room says of itself between the messages, and which of it must not be overlooked. */
import { t } from '$lib/i18n/room';
import type { NoteItem } from '$lib/room/view';

type Is = NoteItem['note']['is'];

const alarms: ReadonlySet<Is> = new Set<Is>(['fork', 'equivocation', 'missing', 'unverified', 'token-keys', 'third', 'namesake']);
/** Nothing else on the screen says it. */
const news: ReadonlySet<Is> = new Set<Is>([...alarms, 'gone', 'hidden', 'way-direct', 'way-relayed']);

export function isAlarm({ note }: NoteItem): boolean {
	return alarms.has(note.is);
}

/** To be read aloud as soon as it stands there; comings and goings are merged elsewhere. */
export function isNews({ note }: NoteItem): boolean {
	return news.has(note.is);
}

export function sentenceOf({ note, time }: NoteItem): string {
	const words = t.room.note;
	const clock = t.time.clock(time);
	switch (note.is) {
		case 'you-came':
			return words.youCame(clock);
		case 'dropped':
			return words.dropped(clock);
		case 'connected':
			return words.connected(clock);
		case 'unverified':
			return words.unverified;
		case 'cleared':
			return words.cleared;
		case 'token-keys':
			return words.tokenKeys;
		case 'came':
			return words.came(note.nick, clock);
		case 'left':
			return words.left(note.nick, clock);
		case 'fork':
			return words.fork(note.nick);
		case 'equivocation':
			return words.equivocation(note.nick);
		case 'gone':
			return words.gone(note.nick, note.count);
		case 'missing':
			return words.missing(note.nick, note.count);
		case 'third':
			return words.third;
		case 'way-direct':
			return words.wayDirect(clock);
		case 'way-relayed':
			return words.wayRelayed(clock);
		case 'hidden':
			return words.hidden(note.count);
		case 'renamed':
			return words.renamed(note.before, note.nick);
		case 'namesake':
			return note.mine ? words.yourName(note.nick) : words.newKey(note.nick);
	}
}
