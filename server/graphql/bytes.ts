/** The form of the `Bytes` scalar: base64url without padding, one encoding per value (docs/PROTOCOL.md §1), by Node's own codec. */
import type { Bytes } from '#protocol/bytes';
import { Refusal } from '../errors.ts';

/** Throws `BAD_INPUT` for whatever `#protocol/base64url` would refuse. */
export function parseBytes(value: unknown): Bytes {
	if (typeof value !== 'string') throw new Refusal('BAD_INPUT');
	const bytes = Buffer.from(value, 'base64url');
	// Node's decoder forgives; a text that it would not have written itself is refused.
	if (bytes.toString('base64url') !== value) throw new Refusal('BAD_INPUT');
	return bytes;
}

export function formatBytes(value: Uint8Array | string): string {
	if (typeof value === 'string') return value;
	const buffer = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
	return buffer.toString('base64url');
}
