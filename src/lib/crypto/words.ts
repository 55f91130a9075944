/** Four words as a password: docs/PROTOCOL.md §4. The list is the EFF's large one, 7,776 words, 51 bits for four. */
import { drawBelow } from './draw.ts';
import type { Random } from './suite.ts';

const wordsInPhrase = 4;

/** Joined by dashes. */
export function drawWords(list: readonly string[], random: Random): string {
	return Array.from({ length: wordsInPhrase }, () => list[drawBelow(list.length, random)]).join('-');
}

/** The words of a phrase when all are from the list, `null` otherwise. Some words of the list have a dash themselves. */
export function splitWords(phrase: string, list: ReadonlySet<string>): readonly string[] | null {
	const parts = phrase.split('-');
	const words: string[] = [];
	for (let i = 0; i < parts.length; i++) {
		const one = parts[i] ?? '';
		const two = `${one}-${parts[i + 1] ?? ''}`;
		if (list.has(two)) i++;
		else if (!list.has(one)) return null;
		words.push(list.has(two) ? two : one);
	}
	return words;
}

/** Four words of the list, no two alike: as strong as if drawn here. */
export function isWordPhrase(phrase: string, list: ReadonlySet<string>): boolean {
	return new Set(splitWords(phrase, list)).size >= wordsInPhrase;
}
