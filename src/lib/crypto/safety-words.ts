/** Six words that two people read to each other, to know that nobody stands between them: docs/PROTOCOL.md §13. */
import type { Bytes } from '#protocol/bytes';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { hash } from './suite.ts';

const words = `
anchor apple arrow bell bird boat book bread bridge brush button candle castle chair clock cloud
comet coral crown daisy desert drum eagle engine fern flute forest garden glass globe guitar hammer
harbor honey island ivory jacket kettle ladder lantern lemon magnet marble meadow mirror needle ocean orchid
paper pearl pillow planet pocket rabbit river saddle silver spiral sugar tiger tunnel violin walnut window
`
	.trim()
	.split(/\s+/);

const wordCount = 6;
const bitsPerWord = 6;

/** `senders`: the Ed25519 keys of those who compare, in any order. Six words, the same for each of them. */
export function safetyWords(bind: Bytes, senders: readonly Bytes[]): readonly string[] {
	const sorted = senders.toSorted((one, other) => (toHex(one) < toHex(other) ? -1 : 1));
	const digest = hash(utf8('epr/1/sas'), bind, concat(...sorted));
	// The first 40 bits, less the last four of them.
	const bits = digest.subarray(0, 5).reduce((number, byte) => number * 256 + byte, 0);
	const number = Math.floor(bits / 16);
	return Array.from({ length: wordCount }, (_, i) => words[symbolAt(number, i)] ?? '');
}

function symbolAt(number: number, i: number): number {
	return Math.floor(number / 2 ** (bitsPerWord * (wordCount - 1 - i))) % 2 ** bitsPerWord;
}
