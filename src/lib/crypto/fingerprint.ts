/** The short names of a sender's key: docs/PROTOCOL.md §8. */
import type { Bytes } from '#protocol/bytes';
import { toHex, utf8 } from '#protocol/bytes';
import { encodeCrockford } from './base32.ts';
import { hash } from './suite.ts';

const fingerprintSize = 8;

export type Fingerprint = {
	/** 16 hex characters. */
	readonly fp: string;
	/** First six Crockford base32 characters, for telling namesakes apart. */
	readonly tag: string;
};

export function fingerprintOf(sender: Bytes): Fingerprint {
	const bytes = hash(utf8('epr/1/fp'), sender).subarray(0, fingerprintSize);
	return { fp: toHex(bytes), tag: encodeCrockford(bytes).slice(0, 6) };
}
