import { expect, test } from 'vitest';
import type { NoteItem } from '$lib/room/view';
import { sentenceOf } from './note-words';

const said = (note: NoteItem['note']) => sentenceOf({ kind: 'note', id: 'n', time: 0, note });

test('what is missing of a key whose name isn’t known has no hole in its sentence', () => {
	expect(said({ is: 'missing', nick: 'Cy', count: 2 })).toBe('2 messages of Cy didn’t reach this device.');
	expect(said({ is: 'missing', nick: '', count: 2 })).toBe('2 messages of somebody didn’t reach this device.');
	expect(said({ is: 'gone', nick: '', count: 1 })).toBe('1 message of somebody is gone (burned, or withheld).');
	expect(said({ is: 'fork', nick: '' })).toMatch(/^Messages of somebody don’t follow/);
	expect(said({ is: 'equivocation', nick: '' })).toMatch(/^Somebody’s device/);
});
