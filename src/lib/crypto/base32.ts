/** RFC 4648 base32 in lower case and Crockford's variant, without padding: docs/PROTOCOL.md §3 and §8. */
import type { Bytes } from '#protocol/bytes';

const rfc4648 = 'abcdefghijklmnopqrstuvwxyz234567';
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function encode(bytes: Uint8Array, alphabet: string): string {
	let text = '';
	let bits = 0;
	let held = 0;
	for (const byte of bytes) {
		held = ((held << 8) | byte) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
	}
	return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31);
}

export function encodeBase32(bytes: Uint8Array): string {
	return encode(bytes, rfc4648);
}

export function encodeCrockford(bytes: Uint8Array): string {
	return encode(bytes, crockford);
}

/** Either letter case. `null` on other characters and on texts that don't end with a whole byte. */
export function decodeBase32(text: string): Bytes | null {
	if ((text.length * 5) % 8 !== 0) return null;
	const bytes = new Uint8Array((text.length * 5) / 8);
	let bits = 0;
	let held = 0;
	let offset = 0;
	for (const letter of text) {
		if (!/[A-Za-z2-7]/.test(letter)) return null;
		held = ((held << 5) | rfc4648.indexOf(letter.toLowerCase())) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[offset++] = (held >> bits) & 0xff;
		}
	}
	return bytes;
}
