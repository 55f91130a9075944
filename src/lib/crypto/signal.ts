/** What two people's browsers tell each other to find a way between them: docs/PROTOCOL.md §13. */
import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, toHex, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { decodeText } from './body.ts';
import type { Reader } from './reader.ts';

export const signalSubs = ['offer', 'answer', 'candidate', 'end'] as const;
export type SignalSub = (typeof signalSubs)[number];

export type Signal = {
	/** 16 bytes, drawn by who offers. */
	readonly callId: Bytes;
	/** Fingerprint of the one that it is for, 16 hex characters. */
	readonly to: string;
	readonly sub: SignalSub;
	/** SDP or candidate; empty at the end of the candidates. */
	readonly data: string;
};

const callIdSize = 16;
const fpSize = 8;
/** Of an SDP, in a large envelope. */
const maxSdpBytes = 15_000;
/** Of a candidate, which has to fit into a small one beside the longest name and list of what was seen. */
const maxCandidateBytes = 800;
const mostOf = (sub: SignalSub | undefined): number => (sub === 'offer' || sub === 'answer' ? maxSdpBytes : maxCandidateBytes);

/** callId (16) ‖ toFp (8) ‖ u8 sub ‖ data. Throws `TEXT_LENGTH`. */
export function encodeSignal({ callId, to, sub, data }: Signal): Bytes {
	const bytes = utf8(data);
	if (bytes.length > mostOf(sub)) throw new ProtocolError('TEXT_LENGTH');
	return concat(callId, fromHex(to), u8(signalSubs.indexOf(sub) + 1), bytes);
}

/** `null`: a sub of a later version. Throws `BODY_SHORT`, `TEXT_LENGTH` or `UTF8`. */
export function decodeSignal(reader: Reader): Signal | null {
	const callId = reader.take(callIdSize).slice();
	const to = toHex(reader.take(fpSize));
	const sub = signalSubs[reader.u8() - 1];
	if (reader.left > mostOf(sub)) throw new ProtocolError('TEXT_LENGTH');
	const data = decodeText(reader.rest());
	return sub === undefined ? null : { callId, to, sub, data };
}
