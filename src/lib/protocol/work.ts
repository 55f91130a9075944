/** What both sides of the proof of work must count alike: docs/PROTOCOL.md §16.4. Pure; no clock, no randomness. */
import { utf8 } from './bytes.ts';

/** Argon2id's salt. */
export const workSalt = utf8('epr/1/pow-salt-0');

export function leadingZeroBits(hash: Uint8Array): number {
	const first = hash.findIndex((byte) => byte !== 0);
	return first === -1 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] ?? 0) - 24;
}
