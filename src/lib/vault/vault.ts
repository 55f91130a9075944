/** The page's side of the vault: starts the two workers, asks, and never holds a key. */
import type { ClientCode } from '#protocol/errors';
import { ProtocolError } from '#protocol/errors';
import type { CallName, Calls, Progress, Reply } from './calls.ts';
import type { KdfPort } from './kdf-calls.ts';
import { VaultError } from './vault-error.ts';
import { startWorker } from './worker-url.ts';

export interface Vault {
	/** Rejects with a `ProtocolError` when a check of the protocol failed, otherwise with a `VaultError`. */
	call<Name extends CallName>(name: Name, args: Calls[Name][0]): Promise<Calls[Name][1]>;
	/** Told while a key is made: 0 to 1, 1 only when it is made. Returns the function that stops it. */
	onProgress(listener: (progress: number) => void): () => void;
	/** Ends both workers with all keys; what was asked is refused with `FAULT`. */
	terminate(): void;
	/** Terminated, or its worker could not be started: nothing is answered any more. */
	readonly ended: boolean;
}

type Pending = { readonly name: CallName; readonly settle: (reply: Reply) => void };

/** The calls that the worker for Argon2id works for, and the one that says that it will soon. */
const slow: ReadonlySet<CallName> = new Set<CallName>(['readLink', 'create', 'unlock', 'work']);

function errorOf(code: ClientCode | VaultError['code']): Error {
	return code === 'CANCELLED' || code === 'FAULT' ? new VaultError(code) : new ProtocolError(code);
}

class WorkerVault implements Vault {
	readonly #worker = startWorker('vault');
	readonly #pending = new Map<number, Pending>();
	readonly #listeners = new Set<(progress: number) => void>();
	#kdf: Worker | null = null;
	#lastId = 0;
	#state: 'starting' | 'running' | 'ended' = 'starting';

	constructor() {
		this.#worker.onmessage = ({ data }: MessageEvent<Progress | Reply>) => this.#receive(data);
		// Later ones are faults of single calls, which are answered as such.
		this.#worker.onerror = () => this.#state === 'starting' && this.terminate();
	}

	call<Name extends CallName>(name: Name, args: Calls[Name][0]): Promise<Calls[Name][1]> {
		if (this.#state === 'ended') return Promise.reject(new VaultError('FAULT'));
		const start = name === 'cancel' ? this.#isDeriving() : slow.has(name) && this.#kdf === null;
		if (start) this.#startKdf();
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			const settle = (reply: Reply): void => {
				// The number ties the reply to this call, and the keeper's type ties its result to the name.
				if (reply.ok) resolve(reply.result as Calls[Name][1]);
				else reject(errorOf(reply.code));
			};
			this.#pending.set(id, { name, settle });
			this.#worker.postMessage({ id, name, args });
		});
	}

	get ended(): boolean {
		return this.#state === 'ended';
	}

	onProgress(listener: (progress: number) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	terminate(): void {
		this.#state = 'ended';
		this.#worker.terminate();
		this.#kdf?.terminate();
		for (const [id, { settle }] of this.#pending) settle({ id, ok: false, code: 'FAULT' });
		this.#pending.clear();
	}

	#isDeriving(): boolean {
		return [...this.#pending.values()].some(({ name }) => slow.has(name));
	}

	/** In place of one that is deriving: Argon2id can't be interrupted in any other way. */
	#startKdf(): void {
		this.#kdf?.terminate();
		const kdf = startWorker('kdf');
		const { port1, port2 } = new MessageChannel();
		kdf.onerror = () => this.#loseKdf(kdf);
		kdf.postMessage({ kdf: port1 } satisfies KdfPort, [port1]);
		this.#send({ kdf: port2 });
		this.#kdf = kdf;
	}

	/** It answers its faults itself, so this one was not loaded: the next call that needs it tries again. */
	#loseKdf(kdf: Worker): void {
		if (kdf !== this.#kdf) return;
		this.#kdf = null;
		this.#send({ kdf: null });
	}

	#send(message: KdfPort): void {
		this.#worker.postMessage(message, message.kdf ? [message.kdf] : []);
	}

	#receive(message: Progress | Reply): void {
		this.#state = this.#state === 'ended' ? 'ended' : 'running';
		if ('progress' in message) {
			for (const listener of this.#listeners) listener(message.progress);
			return;
		}
		const pending = this.#pending.get(message.id);
		this.#pending.delete(message.id);
		pending?.settle(message);
	}
}

export function createVault(): Vault {
	return new WorkerVault();
}
