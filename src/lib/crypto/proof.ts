/** Proof that one holds a room's access key: docs/PROTOCOL.md §5. */
import type { Bytes } from '#protocol/bytes';
import { concat, utf8 } from '#protocol/bytes';
import { hash, sign, verify } from './suite.ts';

export const clientNonceSize = 16;

export type ProofInput = {
	/** As `location.origin` says it, e.g. `https://rooms.example`. */
	readonly origin: string;
	readonly roomId: Bytes;
	/** 32 bytes from the connection's acknowledgement. */
	readonly challenge: Bytes;
	readonly clientNonce: Bytes;
};

function messageOf(input: ProofInput): Bytes {
	return concat(utf8('epr/1/access-proof'), hash(utf8(input.origin)), input.roomId, input.challenge, input.clientNonce);
}

/** 64 bytes. */
export function signProof(input: ProofInput, accessSeed: Bytes): Bytes {
	return sign(messageOf(input), accessSeed);
}

export function verifyProof(input: ProofInput, proof: Bytes, accessPub: Bytes): boolean {
	return verify(proof, messageOf(input), accessPub);
}
