import { toHex } from '#protocol/bytes';
import { afterEach, describe, expect, test } from 'vitest';
import { argon2, inScript } from './argon2.ts';
import type { KdfReply, KdfRequest } from './kdf-calls.ts';
import { Cancelled, KdfClient } from './kdf.ts';

const input = { password: new Uint8Array(8).fill(1), salt: new Uint8Array(16).fill(2), m: 64, t: 2, p: 1 };
const key = new Uint8Array(32).fill(3);
const ports: MessagePort[] = [];

/** A port whose other end gives these answers; `silent` never answers. */
function connect(client: KdfClient, answer: 'silent' | ((request: KdfRequest) => KdfReply)): Promise<KdfRequest> {
	const { port1, port2 } = new MessageChannel();
	ports.push(port1, port2);
	client.attach(port2);
	return new Promise((resolve) => {
		port1.onmessage = ({ data }: MessageEvent<KdfRequest>) => {
			resolve(data);
			if (answer !== 'silent') port1.postMessage(answer(data));
		};
	});
}

function newClient(): { client: KdfClient; heard: number[] } {
	const heard: number[] = [];
	return { client: new KdfClient({ now: () => performance.now(), onProgress: (progress) => heard.push(progress) }), heard };
}

afterEach(() => {
	for (const port of ports.splice(0)) port.close();
});

describe('the vault’s side of the worker for Argon2id', () => {
	test('gets the key and says 1 when it is made', async () => {
		const { client, heard } = newClient();
		const asked = connect(client, ({ id }) => ({ id, ok: true, result: key }));
		expect(await client.derive(input)).toEqual(key);
		expect(await asked).toMatchObject({ name: 'derive', input });
		expect(heard.at(-1)).toBe(1);
	});

	test('refuses what is under way as cancelled when the port is replaced, and goes on with the new one', async () => {
		const { client, heard } = newClient();
		const asked = connect(client, 'silent');
		const refused = client.derive(input).catch((error: unknown) => error);
		await asked;
		void connect(client, ({ id }) => ({ id, ok: true, result: key }));
		expect(await refused).toBeInstanceOf(Cancelled);
		expect(heard).not.toContain(1);
		expect(await client.derive(input)).toEqual(key);
	});

	test('passes on why the worker failed', async () => {
		const { client } = newClient();
		void connect(client, ({ id }) => ({ id, ok: false, reason: 'memory is short' }));
		await expect(client.derive(input)).rejects.toThrow('kdf: memory is short');
	});

	test('refuses what is under way as a fault when the worker is lost', async () => {
		const { client } = newClient();
		const asked = connect(client, 'silent');
		const refused = client.derive(input).catch((error: unknown) => error);
		await asked;
		client.attach(null);
		expect(await refused).not.toBeInstanceOf(Cancelled);
	});

	test('refuses at once when there is no worker', async () => {
		const { client } = newClient();
		await expect(client.derive(input)).rejects.toThrow('not there');
		client.attach(null);
		await expect(client.work({ challenge: new Uint8Array(48), difficulty: 1 })).rejects.toThrow('not there');
	});
});

test('Argon2id in WebAssembly and in JavaScript give the same bytes', async () => {
	const inWasm = await argon2(input);
	expect(toHex(inWasm)).toBe(toHex(inScript(input)));
	expect(inWasm.length).toBe(32);
});

test('Argon2id without WebAssembly is done in JavaScript', async () => {
	const expected = toHex(await argon2(input));
	const held = globalThis.WebAssembly;
	try {
		Reflect.deleteProperty(globalThis, 'WebAssembly');
		expect(toHex(await argon2(input))).toBe(expected);
	} finally {
		globalThis.WebAssembly = held;
	}
});
