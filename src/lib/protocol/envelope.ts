/** The outside of an envelope, which server and client both check: docs/PROTOCOL.md §7. */
import { ProtocolError } from './errors.ts';

export const envelopeKinds = ['content', 'control'] as const;
export type EnvelopeKind = (typeof envelopeKinds)[number];

export const buckets = { S: 1280, L: 16384 } as const;
export type Bucket = keyof typeof buckets;

export const saltSize = 32;
export const commitSize = 32;
export const slotsSize = 640;
export const tagSize = 16;
export const saltOffset = 4;
export const commitOffset = saltOffset + saltSize;
export const slotsOffset = commitOffset + commitSize;

/** The smallest envelope, and the size of every stored row and of a card: bucket S, room key. */
export const plainEnvelopeSize = 1364;

export type EnvelopeHeader = { readonly kind: EnvelopeKind; readonly bucket: Bucket; readonly slots: boolean };

export function envelopeSize(header: EnvelopeHeader): number {
	return slotsOffset + (header.slots ? slotsSize : 0) + buckets[header.bucket] + tagSize;
}

export function formatHeader(header: EnvelopeHeader): Uint8Array<ArrayBuffer> {
	return Uint8Array.of(1, envelopeKinds.indexOf(header.kind), header.bucket === 'S' ? 0 : 1, header.slots ? 1 : 0);
}

/** Throws `ProtocolError`: `ENV_VERSION`, `ENV_HEADER` or `ENV_LENGTH`, checked in this order. */
export function parseHeader(envelope: Uint8Array): EnvelopeHeader {
	const [version, kindByte, bucketByte, fsByte] = envelope;
	if (version === undefined || fsByte === undefined) throw new ProtocolError('ENV_LENGTH');
	if (version !== 1) throw new ProtocolError('ENV_VERSION');
	const kind = envelopeKinds[kindByte ?? -1];
	if (kind === undefined || (bucketByte ?? 2) > 1 || fsByte > 1) throw new ProtocolError('ENV_HEADER');
	const header: EnvelopeHeader = { kind, bucket: bucketByte === 0 ? 'S' : 'L', slots: fsByte === 1 };
	if (envelope.length !== envelopeSize(header)) throw new ProtocolError('ENV_LENGTH');
	return header;
}

/** The server's name for an envelope: the first half of its salt. */
export function messageId(envelope: Uint8Array): Uint8Array {
	return envelope.subarray(saltOffset, saltOffset + 16);
}
