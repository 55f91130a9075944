/** The vault's side of the worker for Argon2id: asks, tells how far it is, and gives up when the page cuts the port. */
import type { Bytes } from '#protocol/bytes';
import type { Argon2Input } from '../crypto/password.ts';
import type { Work } from '../crypto/work.ts';
import type { KdfReply, KdfRequest } from './kdf-calls.ts';
import { estimateProgress, firstGuessMs } from './progress.ts';

/** The page stopped a derivation that was under way. */
export class Cancelled extends Error {
	constructor() {
		super('kdf: cancelled');
		this.name = 'Cancelled';
	}
}

export type Kdf = {
	derive(input: Argon2Input): Promise<Bytes>;
	/** §16.4: a nonce of 8 bytes. */
	work(input: Work): Promise<Bytes>;
};

export type KdfOptions = { readonly now: () => number; readonly onProgress: (progress: number) => void };

type Pending = { readonly resolve: (result: Bytes) => void; readonly reject: (error: Error) => void };

const progressIntervalMs = 100;
const noWorker = (): Error => new Error('kdf: the worker is not there');

export class KdfClient implements Kdf {
	readonly #options: KdfOptions;
	readonly #pending = new Map<number, Pending>();
	#port: MessagePort | null = null;
	#lastId = 0;
	#expectedMs = firstGuessMs;

	constructor(options: KdfOptions) {
		this.#options = options;
	}

	/** Whatever was asked over the port before is refused: as cancelled when a new port comes, as a fault when none does. */
	attach(port: MessagePort | null): void {
		this.#port?.close();
		this.#port = port;
		const reason = port ? new Cancelled() : noWorker();
		for (const { reject } of this.#pending.values()) reject(reason);
		this.#pending.clear();
		if (port) port.onmessage = ({ data }: MessageEvent<KdfReply>) => this.#settle(data);
	}

	async derive(input: Argon2Input): Promise<Bytes> {
		const { now, onProgress } = this.#options;
		const started = now();
		const timer = setInterval(() => onProgress(estimateProgress(now() - started, this.#expectedMs)), progressIntervalMs);
		try {
			const key = await this.#ask({ name: 'derive', input });
			this.#expectedMs = now() - started;
			onProgress(1);
			return key;
		} finally {
			clearInterval(timer);
		}
	}

	work(input: Work): Promise<Bytes> {
		return this.#ask({ name: 'work', input });
	}

	#ask(question: { name: 'derive'; input: Argon2Input } | { name: 'work'; input: Work }): Promise<Bytes> {
		const port = this.#port;
		if (port === null) return Promise.reject(noWorker());
		const request: KdfRequest = { id: ++this.#lastId, ...question };
		return new Promise((resolve, reject) => {
			this.#pending.set(request.id, { resolve, reject });
			port.postMessage(request);
		});
	}

	#settle(reply: KdfReply): void {
		const pending = this.#pending.get(reply.id);
		this.#pending.delete(reply.id);
		if (reply.ok) pending?.resolve(reply.result);
		else pending?.reject(new Error(`kdf: ${reply.reason}`));
	}
}
