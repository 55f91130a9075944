/** The other processes' end of the socket. One connection, made when it is needed. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Slots } from './keyring.ts';
import { answerSize, formatRequest, parseAnswer, splitFrames } from './wire.ts';
import type { Answer, Call } from './wire.ts';

/** Nobody listens, or whoever did is gone: the call may have been carried out or not. */
export class WriterLost extends Error {
	constructor() {
		super('keyring: the process that keeps it is gone');
	}
}

export type SlotClient = Slots & { close(): void };

type Waiting = {
	readonly resolve: (answer: Answer) => void;
	readonly reject: (error: Error) => void;
	readonly timer: NodeJS.Timeout;
};
type Connection = { readonly socket: Socket; readonly waiting: Map<number, Waiting> };

/** Calls reject with `WriterLost` when they weren't answered; the connection is closed then. `waitMs`: how long one waits for an answer. */
export function createSlotClient({ path, waitMs }: { readonly path: string; readonly waitMs: number }): SlotClient {
	let connection: Connection | null = null;
	let lastId = 0;

	const open = (): Connection => {
		const socket = connect(path);
		const waiting = new Map<number, Waiting>();
		const mine = { socket, waiting };
		const take = splitFrames(answerSize, (frame) => {
			const { id, answer } = parseAnswer(frame);
			const call = waiting.get(id);
			waiting.delete(id);
			clearTimeout(call?.timer);
			call?.resolve(answer);
		});
		socket.on('data', (chunk: Uint8Array) => {
			try {
				take(chunk);
			} catch {
				socket.destroy(); // Bytes of something else: 'close' tells all who wait.
			}
		});
		socket.on('error', () => undefined); // 'close' comes after it.
		socket.once('close', () => {
			if (connection === mine) connection = null;
			for (const { reject, timer } of waiting.values()) {
				clearTimeout(timer);
				reject(new WriterLost());
			}
		});
		return mine;
	};
	const ask = (call: Call): Promise<Answer> => {
		const id = (lastId = (lastId + 1) % 2 ** 32);
		const frame = formatRequest(id, call);
		const { socket, waiting } = (connection ??= open());
		return new Promise((resolve, reject) => {
			waiting.set(id, { resolve, reject, timer: setTimeout(() => socket.destroy(), waitMs) });
			socket.write(frame);
		});
	};

	return {
		async create(epochHour, ref) {
			const answer = await ask({ call: 'create', epochHour, ref });
			if (answer.kind === 'slot') return answer.slot;
			throw refused();
		},
		async read(epochHour, slot, ref) {
			const answer = await ask({ call: 'read', epochHour, slot, ref });
			if (answer.kind === 'keys') return answer.keys;
			if (answer.kind === 'nothing') return null;
			throw refused();
		},
		async wipe(epochHour, slot, ref) {
			const answer = await ask({ call: 'wipe', epochHour, slot, ref });
			if (answer.kind !== 'nothing') throw refused();
		},
		close: () => connection?.socket.destroy()
	};
}

function refused(): Error {
	return new Error('keyring: the process that keeps it could not do this; its own log says why');
}
