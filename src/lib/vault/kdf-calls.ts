/** What the vault's worker and the worker for Argon2id say to each other, over a port that the page gives them. */
import type { Bytes } from '#protocol/bytes';
import type { Argon2Input } from '../crypto/password.ts';
import type { Work } from '../crypto/work.ts';

export type KdfRequest =
	| { readonly id: number; readonly name: 'derive'; readonly input: Argon2Input }
	| { readonly id: number; readonly name: 'work'; readonly input: Work };

/** `result`: a key of 32 bytes or a nonce of 8. `reason`: what the engine said, e.g. that memory is short; never an input. */
export type KdfReply =
	| { readonly id: number; readonly ok: true; readonly result: Bytes }
	| { readonly id: number; readonly ok: false; readonly reason: string };

/** The page to both workers, before anything else and whenever it started the worker anew; `null`: it could not be loaded. */
export type KdfPort = { readonly kdf: MessagePort | null };
