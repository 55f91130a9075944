import { expect, test } from 'vitest';
import { t } from '../room.ts';

test('what self-destruct is set to is said in whole sentences, the first time with what it can not do', () => {
	expect(t.burn.sentence(60, false)).toBe('Gone 1 min after sending.');
	expect(t.burn.sentence(60, true)).toBe(
		'Gone 1 min after sending. It disappears here and from the server. Somebody could still take a photo of the screen.'
	);
});

test('the lines about messages that are not here end as sentences do', () => {
	const { gone, missing } = t.room.note;
	for (const line of [gone, missing].flatMap((say) => [say('Ada', 1), say('Ada', 2)])) expect(line).toMatch(/\.$/);
});
