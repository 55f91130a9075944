/** One WebSocket: what resolvers know as the connection, what a conversation remembers, and how frames leave. Thousands stay idle: it is small. */
import type { Duplex } from 'node:stream';
import type { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { closeCodes } from '#protocol/limits';
import type { Session } from '../access/session.ts';
import type { Connection } from '../context.ts';
import { textFrames } from '../fanout/frame.ts';
import type { Outlet, Render } from '../fanout/outlet.ts';

/** 32 random bytes for one proof (docs/PROTOCOL.md §5). */
export type Challenge = { readonly bytes: Uint8Array; take(now: number): Uint8Array | null };

/** Keyed names of the network that a socket comes from: `prefix` of the hour in which it was opened, `network` of this process. */
export type SocketNames = { readonly prefix: string; readonly network: string };

/** The `room` subscription of a socket. `stream`: absent until it stands. */
export type Following = { readonly id: string; stream?: AsyncIterator<unknown> };

/** How long a socket that is to be closed may go on answering what it was asked before, in milliseconds. */
const answerWaitMs = 2_000;

export class Socket implements Connection {
	readonly prefix: string;
	readonly network: string;
	/** Operations whose work goes on, called off or not; a subscription's ends when its backlog is written. */
	working = 0;
	session: Session | null = null;
	challenge: Challenge | null = null;
	/** Its connection_init was answered. */
	greeted = false;
	following: Following | null = null;
	/** Pings that went unanswered. */
	misses = 0;
	readonly #ws: WebSocket;
	/** What the WebSocket writes to. Ready frames go there directly: they are made once and shared. */
	readonly #raw: Duplex;
	readonly #bufferedBytes: number;
	/** Operations that are to be answered, by their id, each with a number of its own; `null` most of the time. */
	#underWay: Map<string, number> | null = null;
	#begun = 0;
	/** Frames of this turn of the event loop; they leave as one write. */
	#queued: Uint8Array[] | null = null;
	/** What is queued is what others are given, too, if nothing else is queued with it. */
	#isShared = false;
	#closing: { readonly code: number; readonly reason: string } | null = null;

	/** `bufferedBytes`: a socket that holds more than these is closed with 4008. */
	constructor(ws: WebSocket, raw: Duplex, options: SocketNames & { readonly bufferedBytes: number }) {
		this.#ws = ws;
		this.#raw = raw;
		this.prefix = options.prefix;
		this.network = options.network;
		this.#bufferedBytes = options.bufferedBytes;
	}

	get closed(): boolean {
		return this.#ws.readyState === this.#ws.CLOSED;
	}

	takeChallenge(now: number): Uint8Array | null {
		const taken = this.challenge?.take(now) ?? null;
		this.challenge = null;
		return taken;
	}

	/** How many operations it has, the subscription among them. */
	get operations(): number {
		return this.working + (this.following?.stream === undefined ? 0 : 1);
	}

	has(id: string): boolean {
		return this.following?.id === id || this.#underWay?.has(id) === true;
	}

	/** The number to end it with: the client may call an id off and use it again while the first one's work goes on. */
	begin(id: string): number {
		this.#underWay ??= new Map();
		this.#underWay.set(id, ++this.#begun);
		return this.#begun;
	}

	/** `false` when the client has called it off. */
	end(id: string, begun: number): boolean {
		if (this.#underWay?.get(id) !== begun) return false;
		this.callOff(id);
		return true;
	}

	callOff(id: string): void {
		this.#underWay?.delete(id);
		if (this.#underWay?.size === 0) this.#underWay = null;
		this.#closeWhenDone();
	}

	send(...messages: readonly object[]): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		if (this.#raw.writableLength > this.#bufferedBytes) return this.#shut(closeCodes.tooSlow, 'too slow');
		this.#queue(textFrames(messages.map((message) => JSON.stringify(message))));
	}

	/** Frames that are ready and shared. */
	write(frames: Uint8Array): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		// Who posted gets its answer in a moment, with the frame that everybody gets.
		if (this.#underWay === null && this.#queued === null) return void this.#raw.write(frames);
		this.#isShared = true;
		this.#queue(frames);
	}

	buffered(): number {
		return this.#raw.writableLength;
	}

	/** Lets operations that are under way be answered first: who purges a room hears that it is done. */
	close(code: number, reason: string): void {
		if (this.#closing !== null) return;
		this.#closing = { code, reason };
		if (this.#underWay === null) this.#closeWhenDone();
		else setTimeout(() => this.#shut(code, reason), answerWaitMs).unref();
	}

	/** For who breaks the protocol. `reason`: at most 123 bytes (RFC 6455 §5.5), so nothing of the client's own. */
	reject(code: CloseCode, reason: string): void {
		this.#shut(code, reason);
	}

	/** Cuts off a socket that left `most` pings unanswered. */
	ping(most: number): void {
		if (this.misses >= most) return this.#ws.terminate();
		this.misses += 1;
		this.#ws.ping();
	}

	terminate(): void {
		this.#ws.terminate();
	}

	#closeWhenDone(): void {
		const closing = this.#closing;
		if (closing !== null && this.#underWay === null) setImmediate(() => this.#shut(closing.code, closing.reason));
	}

	/** What was said before goes before. */
	#shut(code: number, reason: string): void {
		this.#flush();
		this.#ws.close(code, reason);
	}

	#queue(frame: Uint8Array): void {
		if (this.#queued !== null) {
			this.#queued.push(frame);
			return;
		}
		this.#queued = [frame];
		process.nextTick(() => this.#flush());
	}

	#flush(): void {
		const [only, ...more] = this.#queued ?? [];
		const isShared = this.#isShared && more.length === 0;
		this.#queued = null;
		this.#isShared = false;
		if (only === undefined) return;
		const whole = more.length === 0 ? only : Buffer.concat([only, ...more]);
		const isPassing = this.session !== null && this.session.room.mode !== 'stored';
		// Nobody else's: of what is only passed on no copy stays.
		if (isPassing && !isShared) this.#raw.write(whole, () => whole.fill(0));
		else this.#raw.write(whole);
	}
}

/** Where a subscription's frames go. */
export class SocketOutlet implements Outlet {
	readonly operationId: string;
	readonly render: Render;
	readonly #socket: Socket;
	readonly #following: Following;

	constructor(socket: Socket, following: Following, render: Render) {
		this.#socket = socket;
		this.#following = following;
		this.operationId = following.id;
		this.render = render;
	}

	/** Not the id: the client may use it again. */
	get calledOff(): boolean {
		return this.#socket.following !== this.#following;
	}

	buffered(): number {
		return this.#socket.buffered();
	}

	write(frames: Uint8Array): void {
		this.#socket.write(frames);
	}

	ended(): void {
		if (this.calledOff) return;
		this.#socket.following = null;
		this.#socket.send({ id: this.operationId, type: 'complete' });
	}

	close(code: number, reason: string): void {
		this.#socket.close(code, reason);
	}
}
