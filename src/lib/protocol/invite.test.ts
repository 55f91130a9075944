import { describe, expect, test } from 'vitest';
import { findInvite, formatLink } from './invite.ts';

const code = 'cajoqxdbqlbqk2kpyflwvuwotnlqadnqlayglswq2df7saztl6ghxbg7';
const link = `https://rooms.example/r#${code}`;
const found = { kind: 'code', code };

describe('a link is found', () => {
	test.each([
		['as it is shared', link],
		['as a bare code', code],
		['with %23 in place of the #', link.replace('#', '%23')],
		['with %23 twice encoded away by nobody', `rooms.example/r%23${code}`],
		['in upper case', link.toUpperCase()],
		['with only its code in upper case', `https://rooms.example/r#${code.toUpperCase()}`],
		['with a full stop behind it', `${link}.`],
		['with a bracket and a comma behind it', `(${link}),`],
		['as a bare code with a full stop', `${code}.`],
		['with a line break inside', `${link.slice(0, 50)}\n${link.slice(50)}`],
		['with a line break and an indent inside', `${link.slice(0, 50)}\r\n   ${link.slice(50)}`],
		['with soft hyphens and zero-width spaces inside', `${link.slice(0, 40)}\u00ad${link.slice(40, 55)}\u200b${link.slice(55)}`],
		['with spaces around it', `  ${link}\n`],
		['in a sentence', `Come in here: ${link}`],
		['of a host with a port', `http://localhost:3000/r#${code}`],
		['with a trailing slash before the #', `https://rooms.example/r/#${code}`]
	])('%s', (_, pasted) => {
		expect(findInvite(pasted)).toEqual(found);
	});
});

describe('a link of ours without its key says so', () => {
	test.each([
		['nothing behind the path', 'https://rooms.example/r'],
		['nothing behind the #', 'https://rooms.example/r#'],
		['nothing behind the path but a full stop', 'https://rooms.example/r.'],
		['half a code', link.slice(0, -20)],
		['one letter too few', link.slice(0, -1)]
	])('%s', (_, pasted) => {
		expect(findInvite(pasted)).toEqual({ kind: 'no-key' });
	});
});

describe('what is no link of ours is foreign', () => {
	test.each([
		['nothing', ''],
		['words', 'hello there'],
		['another page', 'https://example.org/about'],
		['a page whose path begins like ours', 'https://example.org/rooms'],
		['half a bare code', code.slice(0, 30)],
		['letters that no code has', `https://example.org/#${'0189'.repeat(14)}`]
	])('%s', (_, pasted) => {
		expect(findInvite(pasted)).toEqual({ kind: 'foreign' });
	});
});

test('what is shared is found again', () => {
	expect(formatLink('https://rooms.example', code)).toBe(link);
	expect(findInvite(formatLink('https://rooms.example', code))).toEqual(found);
});
