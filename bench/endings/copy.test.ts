import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { copyLine, copyLines } from './copy.ts';

test('a line has numbers as they are and bytes in hex behind an escaped backslash', () => {
	expect(copyLine(7, 12n, 'word', Uint8Array.of(0, 255))).toBe('7\t12\tword\t\\\\x00ff\n');
});

test('all lines arrive in their order, also those of the last and smaller piece', async () => {
	const pieces: string[] = [];
	const into = new Writable({ write: (piece: Buffer, _, done) => (pieces.push(piece.toString()), done()) });
	const lines = Array.from({ length: 450 }, (_, line) => copyLine(line));
	await copyLines(lines, into);
	expect(pieces.join('')).toBe(lines.join(''));
	expect(pieces.length).toBeLessThan(10);
});
