/**
 * The load generator's side of a WebSocket (RFC 6455), as lean as it can be, so that on a shared machine the servers' work is what is
 * measured and not the client's: all sockets read into one buffer, frames are looked at where they lie, and the mask is zero,
 * which the RFC allows and which leaves the payload as it stands.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Called with a text frame's payload, `bytes[start..end)`, which is overwritten by the next read. */
export type Receive = (bytes: Buffer, start: number, end: number) => void;

export type Address = { readonly port: number; readonly path: string; readonly protocol?: string };

const readBuffer = Buffer.allocUnsafe(1 << 18);
const nothing: Buffer = Buffer.alloc(0);
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export class Client {
	/** The code of the server's close frame; `null` while none came. */
	closedWith: number | null = null;
	receive: Receive = () => {};
	/** Called when the server closes the socket, with its code. */
	onClosed: (code: number) => void = () => {};
	readonly #socket: Socket;
	#upgraded = false;
	#closing = false;
	#held: Buffer = nothing;
	#open: (error?: Error) => void = () => {};
	readonly #ended: Promise<void>;

	constructor(address: Address, open: (error?: Error) => void) {
		this.#open = open;
		const callback = (size: number) => this.#read(readBuffer.subarray(0, size));
		this.#socket = connect({
			host: '127.0.0.1',
			port: address.port,
			noDelay: true,
			onread: { buffer: readBuffer, callback: (size) => (callback(size), true) }
		});
		this.#socket.once('connect', () => this.#socket.write(handshake(address)));
		this.#socket.once('error', (error) => this.#open(error));
		this.#ended = new Promise((resolve) => this.#socket.once('close', () => resolve()));
	}

	/** Sends a frame made by `textFrame`. */
	write(frame: Buffer): void {
		this.#socket.write(frame);
	}

	send(text: string): void {
		this.#socket.write(textFrame(text));
	}

	/** Resolves when the socket is closed on both sides. */
	close(): Promise<void> {
		this.#closing = true;
		if (this.closedWith === null) this.#socket.write(frame(opcodes.close, Buffer.of(0x03, 0xe8)));
		return this.#ended;
	}

	#read(chunk: Buffer): void {
		if (!this.#upgraded) return this.#readHandshake(chunk);
		const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
		const rest = this.#takeFrames(bytes);
		this.#held = rest === bytes.length ? nothing : Buffer.from(bytes.subarray(rest));
	}

	#readHandshake(chunk: Buffer): void {
		const bytes = Buffer.concat([this.#held, chunk]);
		const end = bytes.indexOf('\r\n\r\n');
		this.#held = bytes;
		if (end === -1) return;
		this.#upgraded = bytes.toString('latin1', 0, 12) === 'HTTP/1.1 101';
		if (!this.#upgraded) {
			this.#socket.destroy();
			return this.#open(new Error(`handshake: expected 101, got ${bytes.toString('latin1', 9, 12)}`));
		}
		this.#held = nothing;
		this.#open();
		if (end + 4 < bytes.length) this.#read(bytes.subarray(end + 4));
	}

	/** The offset behind the last whole frame. */
	#takeFrames(bytes: Buffer): number {
		let at = 0;
		for (;;) {
			const short = (bytes[at + 1] ?? 0) & 127;
			const header = short < 126 ? 2 : short === 126 ? 4 : 10;
			if (bytes.length < at + header) return at;
			const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
			const end = at + header + size;
			if (bytes.length < end) return at;
			this.#take(bytes[at] ?? 0, bytes, at + header, end);
			at = end;
		}
	}

	#take(first: number, bytes: Buffer, start: number, end: number): void {
		if (first === (0x80 | opcodes.text)) return this.receive(bytes, start, end);
		if (first === (0x80 | opcodes.ping)) return this.write(frame(opcodes.pong, bytes.subarray(start, end)));
		if (first === (0x80 | opcodes.pong)) return;
		if (first !== (0x80 | opcodes.close)) throw new Error(`frame: unexpected first byte ${first}`);
		this.closedWith = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
		this.#socket.end();
		if (!this.#closing) this.onClosed(this.closedWith);
	}
}

/** Resolves when the server has agreed to the upgrade; it speaks only when spoken to, so no frame comes before `receive` is set. */
export function openClient(address: Address): Promise<Client> {
	return new Promise((resolve, reject) => {
		const client: Client = new Client(address, (error) => (error === undefined ? resolve(client) : reject(error)));
	});
}

export function textFrame(text: string): Buffer {
	return frame(opcodes.text, Buffer.from(text, 'latin1'));
}

function frame(opcode: number, payload: Buffer): Buffer {
	const wide = payload.length > 125;
	const head = Buffer.alloc(wide ? 8 : 6);
	head[0] = 0x80 | opcode;
	head[1] = 0x80 | (wide ? 126 : payload.length);
	if (wide) head.writeUInt16BE(payload.length, 2);
	return Buffer.concat([head, payload]);
}

function handshake({ port, path, protocol }: Address): string {
	const host = `127.0.0.1:${port}`;
	return [
		`GET ${path} HTTP/1.1`,
		`Host: ${host}`,
		'Connection: Upgrade',
		'Upgrade: websocket',
		'Sec-WebSocket-Version: 13',
		`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
		...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
		`Origin: http://${host}`,
		'\r\n'
	].join('\r\n');
}
