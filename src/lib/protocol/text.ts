/** What may stand in a message, a nickname and a room's name: docs/PROTOCOL.md §8. */
import { utf8 } from './bytes.ts';

export const maxTextCodePoints = 200;
export const maxTextBytes = 800;
export const maxNickCodePoints = 24;
export const maxNickBytes = 64;
export const maxRoomNameCodePoints = 40;
export const maxRoomNameBytes = 160;
export const maxPasswordCodePoints = 128;
export const minNewPasswordCodePoints = 8;

/** Characters that hide, reorder or break a line: C0, C1, U+061C, U+200B–200F, U+202A–202E, U+2060–2069, U+FEFF. */
const forbidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

export function countCodePoints(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}

export type TextMeasure = { readonly codePoints: number; readonly bytes: number; readonly fits: boolean; readonly left: number };

/** Both limits of a message at once; `left` is what remains of the nearer one (negative when over). */
export function measureText(text: string): TextMeasure {
	const codePoints = countCodePoints(text);
	const bytes = utf8(text).length;
	const left = Math.min(maxTextCodePoints - codePoints, maxTextBytes - bytes);
	return { codePoints, bytes, fits: codePoints <= maxTextCodePoints && bytes <= maxTextBytes, left };
}

/** A label is a nickname or a room's name: NFC, no forbidden character, bounded in code points and bytes. */
function isLabel(text: string, maxCodePoints: number, maxBytes: number): boolean {
	return (
		text === text.normalize('NFC') &&
		!forbidden.test(text) &&
		countCodePoints(text) <= maxCodePoints &&
		utf8(text).length <= maxBytes
	);
}

export function isNick(text: string): boolean {
	return text.length > 0 && isLabel(text, maxNickCodePoints, maxNickBytes);
}

/** An empty name is a room without a name. */
export function isRoomName(text: string): boolean {
	return isLabel(text, maxRoomNameCodePoints, maxRoomNameBytes);
}
