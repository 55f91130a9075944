/** Proof of work: docs/PROTOCOL.md §16.4. */
import type { Bytes } from '#protocol/bytes';
import { concat, u64 } from '#protocol/bytes';
import { leadingZeroBits, workSalt } from '#protocol/work';
import type { Argon2, Argon2Cost } from './password.ts';

export const workCost: Argon2Cost = { m: 8192, t: 1, p: 1 };

export type Work = {
	/** 48 bytes from the server. */
	readonly challenge: Bytes;
	/** Leading zero bits asked for. */
	readonly difficulty: number;
};

export function hashWork(argon2: Argon2, challenge: Bytes, nonce: Bytes): Promise<Bytes> {
	return argon2({ password: concat(challenge, nonce), salt: workSalt, ...workCost });
}

/** The smallest nonce, 8 bytes, whose hash begins with `difficulty` zero bits: 2^difficulty hashes on average. */
export async function solveWork(argon2: Argon2, work: Work, onTry: (tried: number) => void = () => undefined): Promise<Bytes> {
	for (let tried = 0; ; tried++) {
		const nonce = u64(tried);
		onTry(tried);
		if (leadingZeroBits(await hashWork(argon2, work.challenge, nonce)) >= work.difficulty) return nonce;
	}
}
