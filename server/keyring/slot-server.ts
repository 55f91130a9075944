/** The writer's end of the socket: other processes of the host reach the slots through it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Address } from './address.ts';
import { codeOf } from './codes.ts';
import type { Slots } from './keyring.ts';
import { formatAnswer, parseRequest, requestSize, splitFrames } from './wire.ts';
import type { Answer, Call } from './wire.ts';

export type SlotServer = { close(): Promise<void> };

export type SlotServerOptions = {
	readonly address: Pick<Address, 'path' | 'clear' | 'protect'>;
	readonly slots: Slots;
	/** Hears why a call failed; who called hears only that it did. */
	readonly report: (error: unknown) => void;
};

/** Listens when it resolves. Rejects with what to do when there can't be a socket at that place. */
export async function serveSlots({ address, slots, report }: SlotServerOptions): Promise<SlotServer> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		socket.on('error', () => undefined); // 'close' comes after it, and whoever called calls again.
		const take = splitFrames(requestSize, (frame) => {
			const { id, call } = parseRequest(frame);
			void answer(slots, call, report).then((result) => send(socket, id, result));
		});
		socket.on('data', (chunk: Uint8Array) => {
			try {
				take(chunk);
			} catch (error) {
				report(error);
				socket.destroy();
			}
		});
	});
	address.clear();
	try {
		await once(server.listen(address.path), 'listening');
	} catch (error) {
		const words = `keyring: there can be no socket in KEYRING_DIR (${codeOf(error)}). Put it on a file system of this machine.`;
		throw new Error(words, { cause: error });
	}
	address.protect();
	return {
		async close() {
			const closed = once(server, 'close');
			server.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		}
	};
}

async function answer(slots: Slots, call: Call, report: (error: unknown) => void): Promise<Answer> {
	try {
		switch (call.call) {
			case 'create':
				return { kind: 'slot', slot: await slots.create(call.epochHour, call.ref) };
			case 'read': {
				const keys = await slots.read(call.epochHour, call.slot, call.ref);
				return keys === null ? { kind: 'nothing' } : { kind: 'keys', keys };
			}
			case 'wipe':
				await slots.wipe(call.epochHour, call.slot, call.ref);
				return { kind: 'nothing' };
		}
	} catch (error) {
		report(error);
		return { kind: 'failed' };
	}
}

function send(socket: Socket, id: number, answer: Answer): void {
	const frame = formatAnswer(id, answer);
	if (answer.kind === 'keys') for (const key of Object.values(answer.keys)) key.fill(0);
	socket.write(frame, () => frame.fill(0));
}
