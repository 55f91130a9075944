/** Finds an invite in a picture: pixels in, a link's code out. Nothing leaves the device and nothing is kept. */
import { findInvite } from '#protocol/invite';
import { decodeQR } from 'qr/decode.js';

export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

export type Finding =
	{ readonly kind: 'code'; readonly code: string } | { readonly kind: 'nothing' } | { readonly kind: 'foreign' };

/** `thorough` takes its time: for a picture that is looked at once, not a frame that is followed by the next. */
export function findInPixels(pixels: Pixels, thorough: boolean): Finding {
	const text = decode(pixels, thorough);
	if (text === null) return { kind: 'nothing' };
	const invite = findInvite(text);
	return invite.kind === 'code' ? invite : { kind: 'foreign' };
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
