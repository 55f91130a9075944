/** Watches a room and reads aloud what happens in it: UX.md §8. Call once while a component is made. */
import { t } from '$lib/i18n/room';
import type { MessageItem, NoteItem, RoomView, ThreadItem } from '$lib/room/view';
import { say } from '$lib/ui/say.svelte';
import { untrack } from 'svelte';
import { markPassed, MessageSpeech, PeopleSpeech } from './speech';
import type { Later } from './speech';
import { isNews, sentenceOf } from './note-words';

/** New items stand among the last ones; looking further back would only cost time in a long room. */
const lookBack = 64;

const later: Later = (then, ms) => {
	const timer = setTimeout(then, ms);
	return () => clearTimeout(timer);
};

const isMove = (item: ThreadItem): item is NoteItem =>
	item.kind === 'note' && (item.note.is === 'came' || item.note.is === 'left');
const isWaiting = (item: MessageItem): boolean => item.state === 'queued' || item.state === 'sending';
const isMessage = (item: ThreadItem): item is MessageItem => item.kind === 'message' && item.fresh && !item.own;

/** What burns is never read aloud. */
function lineOf({ person, text, burn }: MessageItem): string {
	return burn === undefined ? t.room.say.message(person.nick, text) : t.room.say.burn(person.nick);
}

/** Remembers which of the newest items it has handed out already. */
function newcomers(room: RoomView): () => readonly ThreadItem[] {
	let known = new Set(room.items.map((item) => item.id));
	return () => {
		const tail = room.items.slice(-lookBack);
		const fresh = tail.filter((item) => !known.has(item.id));
		known = new Set([...tail.map((item) => item.id), ...[...known].slice(-lookBack)]);
		return fresh;
	};
}

export function speakArrivals(room: RoomView): void {
	const messages = new MessageSpeech({ say, later, count: t.room.say.messages });
	const people = new PeopleSpeech({
		say,
		later,
		sentence: (nicks, came) => (came ? t.room.say.came(nicks) : t.room.say.left(nicks))
	});
	const newest = newcomers(room);
	$effect(() => {
		const fresh = newest();
		if (document.visibilityState !== 'visible') return;
		for (const item of fresh.filter(isMessage)) messages.add(lineOf(item));
		for (const item of fresh) if (item.kind === 'note' && isNews(item)) say(sentenceOf(item));
		const moves = fresh
			.filter(isMove)
			.flatMap(({ note }) => ('nick' in note ? [{ nick: note.nick, came: note.is === 'came' }] : []));
		if (moves.length > 0) people.add(moves);
	});
	$effect(() => () => {
		messages.close();
		people.close();
	});
}

/** Ten minutes, two minutes and thirty seconds before the end; who looks later is told what is left then. */
export function speakEnding(room: RoomView): void {
	let before = room.leftMs;
	$effect(() => {
		const mark = markPassed(before, room.leftMs);
		// A clock that was set right may give time back; nothing is said twice.
		before = Math.min(before, room.leftMs);
		if (mark !== null) say(t.room.ending(t.time.left(room.leftMs)));
	});
}

/** "Connected. 2 messages sent.", once a lost connection is back and what waited for it has gone out. */
export function speakConnection(room: RoomView): void {
	let away = false;
	let waited: readonly string[] = [];
	$effect(() => {
		const phase = room.phase;
		const own = room.items.slice(-lookBack).filter((item): item is MessageItem => item.kind === 'message' && item.own);
		const waiting = own.filter(isWaiting);
		if (phase === 'offline' || phase === 'reconnecting') {
			away = true;
			waited = [...waited, ...waiting.map(({ id }) => id).filter((id) => !waited.includes(id))];
			return;
		}
		if (phase !== 'open' || !away || waiting.some(({ id }) => waited.includes(id))) return;
		const sent = own.filter((item) => waited.includes(item.id) && item.state === 'sent').length;
		say(sent > 0 ? t.room.banner.connectedSent(sent) : t.room.banner.connected);
		away = false;
		waited = [];
	});
}

/** The sentence for the alert: a message of one's own that has just failed. Empty otherwise. */
export class FailureAlert {
	#text = $state('');

	constructor(room: RoomView) {
		let failed = countFailed(room);
		$effect(() => {
			const now = countFailed(room);
			untrack(() => (this.#text = now > failed ? t.room.state.failedSpoken : now === 0 ? '' : this.#text));
			failed = now;
		});
	}

	get text(): string {
		return this.#text;
	}
}

function countFailed(room: RoomView): number {
	return room.items.slice(-lookBack).filter((item) => item.kind === 'message' && item.state === 'failed').length;
}
