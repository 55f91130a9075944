/** Finds a code in a picture: pixels in, a link's or an account's code out. Nothing leaves the device and nothing is kept. */
import { findInvite } from '#protocol/invite';
import { decodeQR } from 'qr/decode.js';

export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

export type Finding =
	{ readonly kind: 'code'; readonly code: string } | { readonly kind: 'nothing' } | { readonly kind: 'foreign' };

/** What is wanted of the text in a QR code; `null`: it isn't one of ours. */
export type Reader = (text: string) => string | null;

export function readInvite(text: string): string | null {
	const invite = findInvite(text);
	return invite.kind === 'code' ? invite.code : null;
}

/** `thorough` takes its time: for a picture that is looked at once, not a frame that is followed by the next. */
export function findInPixels(pixels: Pixels, { read, thorough }: { read: Reader; thorough: boolean }): Finding {
	const text = decode(pixels, thorough);
	if (text === null) return { kind: 'nothing' };
	const code = read(text);
	return code === null ? { kind: 'foreign' } : { kind: 'code', code };
}

function decode(pixels: Pixels, thorough: boolean): string | null {
	try {
		return decodeQR(pixels, { format: 'RGBA', ...(thorough ? { timeLimit: 2000 } : {}) });
	} catch {
		// The decoder's way of saying that there is no code, or none it can read.
		return null;
	}
}

/** Width and height that fit into a square of `most` pixels, never enlarged. */
export function fit(width: number, height: number, most: number): { readonly width: number; readonly height: number } {
	const scale = Math.min(1, most / Math.max(width, height, 1));
	return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
