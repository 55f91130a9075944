/** One socket of the load generator: requests by id, deliveries of its room, and nothing parsed that needn't be. */
import type { Address, Client } from './client.ts';
import { openClient, textFrame } from './client.ts';
import { Ledger, readMark } from './message.ts';

/** The id under which both systems deliver what happens in the room; requests have ids of two letters. */
export const roomId = 'room';

/** Called with a reply where it lies: `bytes[start..end)`. */
export type Reply = (bytes: Buffer, start: number, end: number) => void;

const code = (letter: string) => letter.charCodeAt(0);
/** Every frame that answers something begins `{"id":"xx","type":"n…`: the letters that tell frames apart stand at fixed places. */
const at = { key: 2, id: 7, type: 19 } as const;
/** The longest reply that can be a refusal. */
const refusalLetters = 400;

export class Connection {
	readonly ledger = new Ledger();
	/** A message came that wasn't there before. */
	onDelivery: () => void = () => {};
	readonly #client: Client;
	readonly #waiting = new Map<string, Reply>();
	/** Ids of requests to which a refusal is an answer like another. */
	readonly #attempts = new Set<string>();
	#inRoom: (() => void) | null = null;
	/** The next frame without an id, which is a greeting. */
	readonly greeting: Promise<string>;

	constructor(client: Client) {
		const greeting = Promise.withResolvers<string>();
		this.greeting = greeting.promise;
		this.#client = client;
		client.onClosed = (code) => {
			if (this.#waiting.size > 0 || this.#inRoom !== null)
				throw new Error(`the server closed a socket with ${code} that waits for an answer`);
		};
		client.receive = (bytes, start, end) => {
			const key = bytes[start + at.key];
			if (key === code('t')) return this.#greet(bytes.toString('latin1', start, end), greeting.resolve);
			if (bytes[start + at.id] === code('r')) return this.#deliver(bytes, start, end);
			this.#answer(bytes, start, end);
		};
	}

	/** The close code when the server closed the socket. */
	get closedWith(): number | null {
		return this.#client.closedWith;
	}

	send(text: string): void {
		this.#client.send(text);
	}

	/** Sends a ready frame; `reply` is called with the answer to `id` unless that is a refusal. */
	ask(id: string, frame: Buffer, reply: Reply): void {
		this.#waiting.set(id, reply);
		this.#client.write(frame);
	}

	/** Resolves with the whole answer. */
	request(id: string, text: string): Promise<string> {
		return new Promise((resolve) => {
			this.ask(id, textFrame(text), (bytes, start, end) => resolve(bytes.toString('latin1', start, end)));
		});
	}

	/** Resolves with the whole answer, even when it is a refusal. */
	attempt(id: string, text: string): Promise<string> {
		this.#attempts.add(id);
		return this.request(id, text);
	}

	/** Resolves with the room's first frame. */
	subscribe(text: string): Promise<void> {
		return new Promise((resolve) => {
			this.#inRoom = resolve;
			this.send(text);
		});
	}

	close(): Promise<void> {
		return this.#client.close();
	}

	#greet(text: string, resolve: (text: string) => void): void {
		if (text.startsWith('{"type":"ping"')) return this.send('{"type":"pong"}');
		resolve(text);
	}

	#deliver(bytes: Buffer, start: number, end: number): void {
		const mark = readMark(bytes, start, end);
		this.#inRoom?.();
		this.#inRoom = null;
		if (mark === null) return;
		if (this.ledger.take(mark.sender, mark.count)) this.onDelivery();
	}

	#answer(bytes: Buffer, start: number, end: number): void {
		if (bytes[start + at.type] === code('c')) return;
		const id = bytes.toString('latin1', start + at.id, start + at.id + 2);
		const reply = this.#waiting.get(id);
		if (reply === undefined) throw new Error('reply: expected an id that was asked for');
		if (!this.#attempts.delete(id) && end - start < refusalLetters) {
			const text = bytes.toString('latin1', start, end);
			if (text.includes('"errors"') || bytes[start + at.type] === code('e')) throw new Error(`refused: ${text}`);
		}
		this.#waiting.delete(id);
		reply(bytes, start, end);
	}
}

export async function openConnection(address: Address): Promise<Connection> {
	return new Connection(await openClient(address));
}
