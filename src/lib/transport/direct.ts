/** Direct rooms: messages go from browser to browser, all else by the server. */
import type { BurnSeconds } from '#protocol/burn';
import { parseHeader } from '#protocol/envelope';
import { ApiFailure } from '../api/failure.ts';
import type { Posted, RelayAccess, Row, RowQuery, Transport, TransportEvent } from './transport.ts';

/** The way to the other browser, which outlives the sockets to the server. */
export type Channel = {
	/** Throws `ApiFailure` `OFFLINE` when it isn't open. */
	send(envelope: Uint8Array): Posted;
	/** What went over it, both ways together. */
	readonly head: number;
};

function isControl(env: Uint8Array): boolean {
	try {
		return parseHeader(env).kind === 'control';
	} catch {
		return false;
	}
}

/** While the server is away: all that goes by it fails, and the other browser is there all the same. */
export function channelAlone(channel: Channel): Pick<Transport, 'post'> {
	return {
		post: async (envelope) => {
			if (isControl(envelope)) throw new ApiFailure('OFFLINE');
			return channel.send(envelope);
		}
	};
}

export class DirectTransport implements Transport {
	readonly #server: Transport;
	readonly #channel: Channel;

	constructor(server: Transport, channel: Channel) {
		this.#server = server;
		this.#channel = channel;
	}

	get closed(): Promise<number> {
		return this.#server.closed;
	}

	async post(envelope: Uint8Array, _burnSeconds?: BurnSeconds): Promise<Posted> {
		return parseHeader(envelope).kind === 'control' ? this.#server.post(envelope) : this.#channel.send(envelope);
	}

	/** The server has none, and is asked all the same: whether it answers is worth knowing. */
	async history({ limit }: RowQuery): Promise<{ readonly rows: readonly Row[]; readonly headSeq: number }> {
		const { rows } = await this.#server.history({ limit });
		return { rows, headSeq: this.#channel.head };
	}

	/** All that may come by the server is control, which has no numbers: it has nothing to say of what never passed it. */
	listen(_after: number, listener: (event: TransportEvent) => void): void {
		this.#server.listen(0, (event) => {
			if (event.is === 'presence' || event.is === 'knock' || event.is === 'gone') listener(event);
			else if (event.is === 'envelope' && isControl(event.env)) listener({ ...event, seq: 0 });
		});
	}

	relay(): Promise<RelayAccess | null> {
		return this.#server.relay();
	}

	purge(): Promise<void> {
		return this.#server.purge();
	}

	leave(): Promise<void> {
		return this.#server.leave();
	}

	unlock(): Promise<void> {
		return this.#server.unlock();
	}

	close(): void {
		this.#server.close();
	}
}
