/** The VOPRF of RFC 9497 on ristretto255 with SHA-512. */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';

type Voprf = typeof ristretto255_oprf.voprf & {
	/** Evaluate (RFC 9497 §3.3.1): the 64 bytes that a client comes to with the whole exchange. */
	evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array;
};

// The library has the function in this mode too; its types leave it out.
export const voprf = ristretto255_oprf.voprf as Voprf;
