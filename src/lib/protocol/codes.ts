/** Codes that people copy by hand, for accounts and vouchers: docs/PROTOCOL.md §16.2. Pure; no clock, no randomness. */

/** Crockford's base 32: no I, L, O or U. */
export const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 15 characters of 5 random bits each, and one to check them. */
export const codeSize = 16;
const groupSize = 4;

/** What somebody typed, as it was meant: case, O for 0, I and L for 1, spaces, dashes, and what can't be seen. */
export function foldCode(typed: string): string {
	return typed
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}\p{Cf}\u2212_]/gu, '')
		.replaceAll('O', '0')
		.replace(/[IL]/g, '1');
}

export function isCode(folded: string): boolean {
	return folded.length === codeSize && [...folded].every((letter) => codeAlphabet.includes(letter));
}

/** XXXX-XXXX-XXXX-XXXX, or as much of it as there is. */
export function formatCode(folded: string): string {
	return folded.match(new RegExp(`.{1,${groupSize}}`, 'g'))?.join('-') ?? '';
}
