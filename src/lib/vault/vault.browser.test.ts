import type { Bytes } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { leadingZeroBits } from '#protocol/work';
import { afterEach, expect, test } from 'vitest';
import { verifyProof } from '../crypto/proof.ts';
import type { Calls } from './calls.ts';
import type { Vault } from './vault.ts';
import { VaultError } from './vault-error.ts';
import { createVault } from './vault.ts';

const password = 'abacus-abdomen-abide-ability';
const ada = { nick: 'Ada', colour: 3 };
const bo = { nick: 'Bo', colour: 7 };
const vaults: Vault[] = [];

function openVault(): Vault {
	const vault = createVault();
	vaults.push(vault);
	return vault;
}

const createRoom = (vault: Vault): Promise<Calls['create'][1]> =>
	vault.call('create', { mode: 'stored', password, roomName: 'Kitchen', author: ada });

async function codeOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'OK',
		(error: unknown) =>
			error instanceof ProtocolError || error instanceof VaultError ? `${error.name} ${error.code}` : String(error)
	);
}

/** How many frames the page draws while `task` runs. */
async function countFrames(task: Promise<unknown>): Promise<number> {
	let [frames, running] = [0, true];
	const tick = (): void => {
		frames++;
		if (running) requestAnimationFrame(tick);
	};
	requestAnimationFrame(tick);
	await task;
	running = false;
	return frames;
}

afterEach(() => {
	for (const vault of vaults.splice(0)) vault.terminate();
});

test('two people with the link and the password talk through two vaults', async () => {
	const [first, second] = [openVault(), openVault()];
	const room = await createRoom(first);
	const { shard, shardTag, card } = room;
	await first.call('enter', { key: room.key, shard, shardTag, card, author: ada });

	const { key, roomId } = await second.call('readLink', { code: room.code });
	await second.call('unlock', { key, password });
	const input = { origin: location.origin, challenge: crypto.getRandomValues(new Uint8Array(32)) };
	const { clientNonce, proof } = await second.call('prove', { key, ...input });
	expect(verifyProof({ ...input, roomId, clientNonce }, proof, room.accessPub)).toBe(true);

	const entered = await second.call('enter', { key, shard, shardTag, card, author: bo });
	expect(entered.roomName).toBe('Kitchen');
	const sealed = await second.call('seal', { key, body: { type: 'text', text: 'Grüße 👋' }, seen: [], time: Date.now() });
	const { opened } = await first.call('open', { key: room.key, envelopes: [sealed.envelope, sealed.envelope.slice(1)] });
	expect(opened[0]).toMatchObject({
		ok: true,
		own: false,
		fp: entered.me.fp,
		author: bo,
		body: { type: 'text', text: 'Grüße 👋' }
	});
	expect(opened[1]).toEqual({ ok: false, code: 'ENV_VERSION' });
});

test('a shard of the server’s own making is refused by its code', async () => {
	const vault = openVault();
	const { key, shardTag, card } = await createRoom(vault);
	const shard: Bytes = new Uint8Array(32);
	expect(await codeOf(vault.call('enter', { key, shard, shardTag, card, author: ada }))).toBe('ProtocolError SHARD_TAG');
});

test('the page goes on drawing while a key is made, and hears how far it is', async () => {
	const vault = openVault();
	const { key } = await vault.call('readLink', { code: (await createRoom(vault)).code });
	const heard: number[] = [];
	vault.onProgress((progress) => heard.push(progress));
	// A page that derives by itself draws one at the most; this one draws dozens where the machine is its own.
	expect(await countFrames(vault.call('unlock', { key, password }))).toBeGreaterThan(5);
	expect(heard.at(-1)).toBe(1);
	expect(heard.slice(0, -1).every((progress) => progress < 1)).toBe(true);
	expect(heard).toEqual(heard.toSorted((a, b) => a - b));
});

test('a derivation is stopped at once, and the next one succeeds', async () => {
	const vault = openVault();
	const { code } = await createRoom(vault);
	const { key } = await vault.call('readLink', { code });
	const stopped = codeOf(vault.call('unlock', { key, password }));
	await vault.call('cancel', {});
	expect(await stopped).toBe('VaultError CANCELLED');
	expect(await codeOf(vault.call('unlock', { key, password }))).toBe('OK');
});

test('cancelling when nothing is under way does nothing', async () => {
	const vault = openVault();
	await vault.call('cancel', {});
	expect(await codeOf(createRoom(vault))).toBe('OK');
});

test('a wrong password gives a proof that doesn’t fit, and may be followed by the right one', async () => {
	const vault = openVault();
	const { code, accessPub } = await createRoom(vault);
	const { key, roomId } = await vault.call('readLink', { code });
	const input = { origin: location.origin, challenge: new Uint8Array(32) };
	const fits = async (attempt: string): Promise<boolean> => {
		await vault.call('unlock', { key, password: attempt });
		const { clientNonce, proof } = await vault.call('prove', { key, ...input });
		return verifyProof({ ...input, roomId, clientNonce }, proof, accessPub);
	};
	expect([await fits('Abacus-abdomen-abide-ability'), await fits(password)]).toEqual([false, true]);
});

test('work is done in the worker', async () => {
	const { nonce } = await openVault().call('work', { challenge: new Uint8Array(48), difficulty: 2 });
	expect(nonce.length).toBe(8);
	expect(leadingZeroBits(nonce)).toBeGreaterThan(0);
});

test('words are drawn from the list and are known to be strong; common passwords are known too', async () => {
	const vault = openVault();
	const { password: words } = await vault.call('words', {});
	expect(words).toMatch(/^[a-z]+(-[a-z]+){3,7}$/);
	expect(await vault.call('strength', { password: words })).toEqual({ level: 4, reason: 'words', tooShort: false });
	expect(await vault.call('strength', { password: 'qwertyuiop' })).toEqual({ level: 1, reason: 'leaked', tooShort: false });
});

test('fifty messages are opened by one call, in their order', async () => {
	const vault = openVault();
	const { key, shard, shardTag, card } = await createRoom(vault);
	await vault.call('enter', { key, shard, shardTag, card, author: ada });
	const envelopes: Uint8Array[] = [];
	for (let i = 0; i < 50; i++) {
		const sealed = await vault.call('seal', { key, body: { type: 'text', text: `message ${i}` }, seen: [], time: i });
		await vault.call('settle', { key, mids: [sealed.mid] });
		envelopes.push(sealed.envelope);
	}
	const { opened } = await vault.call('open', { key, envelopes });
	expect(opened.map((each) => each.ok && each.time)).toEqual(envelopes.map((_, index) => index));
});

test('after terminate everything is refused', async () => {
	const vault = openVault();
	const waiting = codeOf(createRoom(vault));
	vault.terminate();
	expect(await waiting).toBe('VaultError FAULT');
	expect(await codeOf(vault.call('words', {}))).toBe('VaultError FAULT');
});
