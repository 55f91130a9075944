/** One WebSocket: what graphql-ws talks to, what resolvers know as the connection, and where a feed writes its frames. */
import type { Duplex } from 'node:stream';
import type { WebSocket as GraphqlSocket } from 'graphql-ws';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Limits } from '#protocol/limits';
import { closeCodes } from '#protocol/limits';
import type { Session } from '../access/session.ts';
import type { Connection } from '../context.ts';
import { textFrame } from '../fanout/frame.ts';
import type { Outlet, Render } from '../fanout/outlet.ts';

/** 32 random bytes for one proof (docs/PROTOCOL.md §5). */
export type Challenge = { readonly bytes: Uint8Array; take(now: number): Uint8Array | null };

export class Socket implements Connection, GraphqlSocket {
	session: Session | null = null;
	/** It has a `room` subscription. */
	following = false;
	/** Pings that went unanswered. */
	misses = 0;
	readonly prefix: string;
	readonly challenge: Challenge;
	readonly #ws: WebSocket;
	/** What the WebSocket writes to. Ready frames go there directly: they are made once and shared. */
	readonly #raw: Duplex;
	readonly #limits: Pick<Limits, 'bufferedBytes'>;
	/** Frames of this turn of the event loop; they leave as one write. */
	#queued: Uint8Array[] = [];
	/** Operations that are being answered. */
	#underWay = 0;
	#closing: { readonly code: number; readonly reason: string } | null = null;

	constructor(options: {
		ws: WebSocket;
		raw: Duplex;
		prefix: string;
		challenge: Challenge;
		limits: Pick<Limits, 'bufferedBytes'>;
	}) {
		this.#ws = options.ws;
		this.#raw = options.raw;
		this.#limits = options.limits;
		this.prefix = options.prefix;
		this.challenge = options.challenge;
	}

	get protocol(): string {
		return this.#ws.protocol;
	}

	/** For graphql-ws, which sends a result and its end one after the other: they leave as one write. */
	send(text: string): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		if (this.#raw.writableLength > this.#limits.bufferedBytes) return this.#ws.close(closeCodes.tooSlow, 'too slow');
		this.#queue(textFrame(text));
	}

	onMessage(listener: (text: string) => Promise<void>): void {
		this.#ws.on('message', (data) => {
			this.misses = 0;
			listener(String(data)).catch(() => this.close(CloseCode.InternalServerError, 'internal'));
		});
	}

	get closed(): boolean {
		return this.#ws.readyState === this.#ws.CLOSED;
	}

	/** Lets operations that are under way be answered first: who purges a room hears that it is done. */
	close(code: number, reason: string): void {
		this.#closing ??= { code, reason };
		this.#closeWhenDone();
	}

	async answering<Result>(answer: () => Promise<Result>): Promise<Result> {
		this.#underWay += 1;
		try {
			return await answer();
		} finally {
			this.#underWay -= 1;
			this.#closeWhenDone();
		}
	}

	takeChallenge(now: number): Uint8Array | null {
		return this.challenge.take(now);
	}

	/** Closes a socket that left `most` pings unanswered. */
	ping(most: number): void {
		if (this.misses >= most) return this.#ws.terminate();
		this.misses += 1;
		this.#ws.ping();
	}

	terminate(): void {
		this.#ws.terminate();
	}

	outlet(operationId: string, render: Render): Outlet {
		return {
			operationId,
			render,
			buffered: () => this.#raw.writableLength,
			write: (frames) => {
				if (this.#ws.readyState !== this.#ws.OPEN) return;
				// Who posted gets its answer in a moment, with the frame that everybody gets.
				if (this.#underWay > 0 || this.#queued.length > 0) this.#queue(frames);
				else this.#raw.write(frames);
			},
			close: (code, reason) => this.close(code, reason)
		};
	}

	#closeWhenDone(): void {
		const closing = this.#closing;
		if (closing !== null && this.#underWay === 0) setImmediate(() => this.#ws.close(closing.code, closing.reason));
	}

	#queue(frame: Uint8Array): void {
		if (this.#queued.push(frame) > 1) return;
		process.nextTick(() => {
			const [only, ...more] = this.#queued;
			this.#queued = [];
			if (only !== undefined) this.#raw.write(more.length === 0 ? only : Buffer.concat([only, ...more]));
		});
	}
}
