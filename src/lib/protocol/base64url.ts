/** Base64url without padding (RFC 4648 §5), one encoding per value: docs/PROTOCOL.md §1. */
import type { Bytes } from './bytes.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...alphabet].map((letter, value) => [letter.charCodeAt(0), value]));

export function encodeBase64url(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
		text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
		if (left > 1) text += alphabet.charAt((group >> 6) & 63);
		if (left > 2) text += alphabet.charAt(group & 63);
	}
	return text;
}

/** Throws on other characters, impossible lengths and non-zero trailing bits. */
export function decodeBase64url(text: string): Bytes {
	if (text.length % 4 === 1) throw new Error(`base64url: impossible length ${text.length}`);
	const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
	let bits = 0;
	let held = 0;
	let offset = 0;
	for (let i = 0; i < text.length; i++) {
		const value = values.get(text.charCodeAt(i));
		if (value === undefined) throw new Error(`base64url: unexpected character at ${i}`);
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[offset++] = (held >> bits) & 0xff;
		}
	}
	if ((held & ((1 << bits) - 1)) !== 0) throw new Error('base64url: trailing bits are not zero');
	return bytes;
}
