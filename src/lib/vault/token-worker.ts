/** The page's side of the worker for tokens: started for one batch, ended after it. */
import { ProtocolError } from '#protocol/errors';
import type { Token } from '#protocol/tokens';
import type { Batch, Evaluation } from '../crypto/tokens.ts';
import type { Work } from '../crypto/work.ts';
import type { Begun, TokenReply, TokenRequest, WorkDone } from './token-calls.ts';
import { VaultError } from './vault-error.ts';
import { startWorker } from './worker-url.ts';

export interface TokenBatch {
	/** Does the work, if some is asked for, and blinds. */
	begin(batch: Batch, work?: Work): Promise<Begun>;
	/** Throws the `ProtocolError` `TOKEN_PROOF` when the server's answer doesn't fit `key`. */
	finish(evaluation: Evaluation, key: Uint8Array): Promise<readonly Token[]>;
	/** Whatever is under way is refused with `VaultError` `CANCELLED`, and every later call too. */
	end(): void;
}

class WorkerBatch implements TokenBatch {
	readonly #worker = startWorker('token');
	readonly #onWork: (done: WorkDone) => void;
	#pending: PromiseWithResolvers<TokenReply> | null = null;
	#ended = false;

	constructor(onWork: (done: WorkDone) => void) {
		this.#onWork = onWork;
		this.#worker.onmessage = ({ data }: MessageEvent<TokenReply>) => this.#receive(data);
		// It could not be loaded; what fails inside is answered as such.
		this.#worker.onerror = () => this.#pending?.reject(new VaultError('FAULT'));
	}

	async begin(batch: Batch, work?: Work): Promise<Begun> {
		const reply = await this.#ask({ name: 'begin', batch, ...(work && { work }) });
		if (reply.name !== 'begun') throw new VaultError('FAULT');
		return reply.begun;
	}

	async finish(evaluation: Evaluation, key: Uint8Array): Promise<readonly Token[]> {
		const reply = await this.#ask({ name: 'finish', evaluation, key });
		if (reply.name !== 'finished') throw new VaultError('FAULT');
		return reply.tokens;
	}

	end(): void {
		this.#ended = true;
		this.#worker.terminate();
		this.#pending?.reject(new VaultError('CANCELLED'));
	}

	#ask(request: TokenRequest): Promise<TokenReply> {
		if (this.#ended) return Promise.reject(new VaultError('CANCELLED'));
		this.#pending = Promise.withResolvers<TokenReply>();
		this.#worker.postMessage(request);
		return this.#pending.promise;
	}

	#receive(reply: TokenReply): void {
		if (reply.name === 'work') return this.#onWork(reply);
		if (reply.name !== 'refused') return this.#pending?.resolve(reply);
		this.#pending?.reject(reply.code === 'FAULT' ? new VaultError('FAULT') : new ProtocolError(reply.code));
	}
}

/** `onWork` is told of every hash that is done. */
export function startTokenBatch(onWork: (done: WorkDone) => void = () => undefined): TokenBatch {
	return new WorkerBatch(onWork);
}
