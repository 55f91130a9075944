/** What the page and the worker for tokens say to each other. One batch for each worker: blinds and nonces never leave it. */
import type { Bytes } from '#protocol/bytes';
import type { ClientCode } from '#protocol/errors';
import type { Token } from '#protocol/tokens';
import type { Batch, Evaluation } from '../crypto/tokens.ts';
import type { Work } from '../crypto/work.ts';

/** `work`: what a free batch is asked for (§16.4). `key`: the public key of this plan and month. */
export type TokenRequest =
	| { readonly name: 'begin'; readonly batch: Batch; readonly work?: Work }
	| { readonly name: 'finish'; readonly evaluation: Evaluation; readonly key: Uint8Array };

export type Begun = { readonly blinded: readonly Bytes[]; /** 8 bytes; there when work was asked for. */ readonly nonce?: Bytes };

/** `tried`: hashes done; it takes `expected` of them on average, and may take more. */
export type WorkDone = { readonly tried: number; readonly expected: number };

export type TokenReply =
	| ({ readonly name: 'work' } & WorkDone)
	| { readonly name: 'begun'; readonly begun: Begun }
	| { readonly name: 'finished'; readonly tokens: readonly Token[] }
	| { readonly name: 'refused'; readonly code: ClientCode | 'FAULT' };
