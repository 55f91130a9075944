import { beforeEach, expect, test } from 'vitest';
import { Thread } from './thread.ts';
import type { MessageItem, NoteItem } from './view.ts';

const person = { fp: 'aa', tag: 'AAAAAA', nick: 'Ada', colour: 1, namesake: false };
const flags = { own: false, clockOff: false, late: false, equivocal: false, fresh: false } as const;
const message = (id: string, seq: number): MessageItem => ({
	kind: 'message',
	id,
	seq,
	person,
	...flags,
	time: 0,
	text: id,
	state: 'received'
});
const note = (id: string): NoteItem => ({ kind: 'note', id, time: 0, note: { is: 'you-came' } });

let thread: Thread;
beforeEach(() => (thread = new Thread()));
const ids = () => thread.items().map((item) => item.id);

test('messages stand by their numbers, in whatever order they come', () => {
	for (const seq of [3, 1, 2]) thread.putMessage(message(`m${seq}`, seq));
	expect(ids()).toEqual(['m1', 'm2', 'm3']);
});

test('what has no number stands last, in the order of writing, and takes its place when it gets one', () => {
	thread.putMessage(message('own 1', 0));
	thread.putMessage(message('own 2', 0));
	thread.putMessage(message('m1', 1));
	expect(ids()).toEqual(['m1', 'own 1', 'own 2']);
	thread.putMessage(message('own 2', 2));
	thread.putMessage(message('m3', 3));
	expect(ids()).toEqual(['m1', 'own 2', 'm3', 'own 1']);
});

test('the notes at a row are those that no message parts from it, on either side', () => {
	for (const seq of [1, 4, 9]) thread.putMessage(message(`m${seq}`, seq));
	thread.putNote(note('n2'), 2);
	thread.putNote(note('n9'), 9);
	expect(thread.notesAt(3).map(({ id }) => id)).toEqual(['n2']);
	expect(thread.notesAt(1).map(({ id }) => id)).toEqual(['n2']);
	expect(thread.notesAt(5)).toEqual([]);
});

test('a note stands behind the row that it followed, and the line for unread ones above its message', () => {
	thread.putMessage(message('m1', 1));
	thread.putNote(note('n1'), 1);
	thread.putMessage(message('m2', 2));
	thread.putNote(note('n2'), 2);
	thread.putUnread(0, 2);
	expect(ids()).toEqual(['m1', 'n1', 'unread', 'm2', 'n2']);
	thread.putUnread(5, 1);
	expect(ids()).toEqual(['unread', 'm1', 'n1', 'm2', 'n2']);
	expect(thread.lastNotes().map((item) => item.id)).toEqual(['n2']);
});

test('two envelopes under one number of the server both stand, and each can be changed', () => {
	thread.putMessage(message('b', 1));
	thread.putMessage(message('a', 1));
	thread.putMessage({ ...message('b', 1), late: true });
	expect(ids()).toEqual(['a', 'b']);
	expect(thread.message('b')?.late).toBe(true);
	thread.remove('a');
	expect(ids()).toEqual(['b']);
});

test('the list is the same one as long as nothing changed, and unchanged items stay the same ones', () => {
	thread.putMessage(message('m1', 1));
	thread.putMessage(message('m2', 2));
	const before = thread.items();
	expect(thread.items()).toBe(before);
	thread.mapMessages((item) => (item.id === 'm2' ? { ...item, late: true } : item));
	expect(thread.items()).not.toBe(before);
	expect(thread.items()[0]).toBe(before[0]);
});

test('clearing keeps what is still to be sent, and nothing else', () => {
	thread.putMessage(message('m1', 1));
	thread.putNote(note('n1'), 1);
	thread.putMessage(message('own', 0));
	thread.clear();
	expect(ids()).toEqual(['own']);
	expect(thread.get('m1')).toBeUndefined();
});

test('ten thousand messages that come in pages from the end stand in order', () => {
	for (let page = 199; page >= 0; page--) {
		for (let n = 1; n <= 50; n++) thread.putMessage(message(`m${page * 50 + n}`, page * 50 + n));
		thread.items();
	}
	expect(ids()).toEqual(Array.from({ length: 10_000 }, (_, index) => `m${index + 1}`));
});
