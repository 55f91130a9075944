/** Out of the house: seals in order, writes the record before anything is sent (docs/PROTOCOL.md §15), and posts. */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';
import { ApiFailure } from '../api/failure.ts';
import type { Posted, Transport } from '../transport/transport.ts';
import type { Author, KeyRef, Outgoing, Sealed, Seen } from '../vault/calls.ts';
import { NotKept } from './ports.ts';
import type { Clock, Keepsake, Ports } from './ports.ts';
import { withinTime } from './timers.ts';

export type MailPorts = {
	readonly vault: Ports['vault'];
	readonly key: KeyRef;
	readonly clock: Clock;
	readonly keepsake: Keepsake;
	readonly seen: () => readonly Seen[];
	/** Fps of those who may read it, where not everybody in the room can: who reads unseen by the others must not. */
	readonly among?: (() => readonly string[]) | undefined;
	/** Something goes out that names what has come. */
	readonly said?: () => void;
	/** `null` while there is no connection. */
	readonly transport: () => Pick<Transport, 'post'> | null;
};

const answerMs = 15_000;

export class Mail {
	readonly #ports: MailPorts;

	constructor(ports: MailPorts) {
		this.#ports = ports;
	}

	/** `draft`: the place of what is sealed among what waits on the disk. Throws `NotKept`: then it took no number. */
	async seal(body: Outgoing, draft?: number): Promise<Sealed> {
		const { vault, key, clock, keepsake, seen, said, among } = this.#ports;
		said?.();
		const asked = { key, body, seen: seen(), time: clock.wall(), ...(among && { among: among() }) };
		const sealed = await vault.call('seal', asked);
		try {
			await keepsake.write(sealed.record, draft);
		} catch (error) {
			if (body.type === 'text') await vault.call('takeBack', { key, mid: sealed.mid });
			throw error;
		}
		return sealed;
	}

	/** These need not be sent again. Where that can't be written they will be, and the server knows them. */
	async settle(mids: readonly string[], kept: { readonly author?: Author; readonly session?: Bytes } = {}): Promise<void> {
		const { vault, key, keepsake } = this.#ports;
		const { record } = await vault.call('settle', { key, mids, ...kept });
		try {
			await keepsake.write(record);
		} catch (error) {
			if (!(error instanceof NotKept)) throw error;
		}
	}

	/** `draft`: what it says waits again where such things lie; resolves to its place there. */
	async takeBack(mid: string, draft: Parameters<NonNullable<Keepsake['takeBack']>>[1] | null): Promise<number | undefined> {
		const { vault, key, keepsake } = this.#ports;
		const { record } = await vault.call('takeBack', { key, mid });
		if (draft !== null && keepsake.takeBack !== undefined) return keepsake.takeBack(record, draft);
		await keepsake.write(record);
		return undefined;
	}

	/** Throws `ApiFailure`; no answer within 15 s is `OFFLINE`. */
	post(envelope: Uint8Array, burnSeconds?: BurnSeconds): Promise<Posted> {
		const transport = this.#ports.transport();
		if (transport === null) return Promise.reject(new ApiFailure('OFFLINE'));
		return withinTime(transport.post(envelope, burnSeconds), answerMs);
	}

	/** Control: said once, to whoever listens. Throws `ApiFailure`. */
	async say(body: Outgoing): Promise<void> {
		const { envelope } = await this.seal(body);
		await this.post(envelope);
	}
}
