/**
 * For tests: somebody who has everything that can be copied. Disk images of the database and of the keyring, K_ref, each link
 * and each password go in; the messages that they open come out. Written apart from the code that it attacks, with nothing of it
 * but the numbers of docs/PROTOCOL.md. It starts no database: it looks for keys, seals and envelopes in the raw bytes.
 */
import { argon2Sync, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export type Invitation = { readonly code: string; readonly password: string };

type Keys = { readonly epochHour: number; readonly epochKey: Buffer; readonly slotKey: Buffer };
/** What link, password and K_ref say of a room. */
export type Victim = { readonly roomId: Buffer; readonly byte0: number; readonly contentRoot: Buffer; readonly ref: Buffer };

const kdf = (ikm: Uint8Array, salt: Uint8Array | string, info: Uint8Array | string, size: number) =>
	Buffer.from(hkdfSync('sha256', ikm, salt, info, size));

/**
 * The texts of all messages of the rooms that could be opened. `places`: folders or single files, such as data directories,
 * backups, write-ahead logs, or raw images of a disk.
 */
export function attack(victims: readonly Victim[], places: readonly string[]): ReadonlySet<string> {
	const images = places.flatMap(filesOf).map((file) => readFileSync(file));
	const envelopes = new Map(images.flatMap(envelopesIn).map((envelope) => [envelope.toString('latin1', 4, 36), envelope]));
	const texts = new Set<string>();
	for (const room of victims) {
		for (const kEnv of roomKeysFor(room, images)) {
			for (const envelope of envelopes.values()) {
				const text = openText(room, kEnv, envelope);
				if (text !== null) texts.add(text);
			}
		}
	}
	return texts;
}

function filesOf(place: string): string[] {
	try {
		const entries = readdirSync(place, { recursive: true, withFileTypes: true });
		return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
	} catch {
		return [place];
	}
}

function* occurrences(bytes: Buffer, sought: Buffer): Generator<number> {
	for (let at = bytes.indexOf(sought); at !== -1; at = bytes.indexOf(sought, at + 1)) yield at;
}

/** §4. */
export function victimOf({ code, password }: Invitation, refKey: Uint8Array): Victim {
	const link = fromBase32(code);
	const byte0 = link[0] ?? 0;
	const secret = link.subarray(1, 33);
	const roomId = kdf(secret, '', 'epr/1/room-id', 16);
	const nonce = kdf(secret, '', 'epr/1/pw-salt', 16);
	const cost = { parallelism: 1, tagLength: 32, memory: 65_536, passes: 3 };
	const passwordKey = argon2Sync('argon2id', { message: password.normalize('NFKC'), nonce, ...cost });
	const root = kdf(
		Buffer.concat([secret, passwordKey]),
		roomId,
		Buffer.concat([Buffer.from('epr/1/root'), Buffer.from([byte0])]),
		32
	);
	const ref = createHmac('sha256', refKey).update(roomId).digest().subarray(0, 16);
	return { roomId, byte0, contentRoot: kdf(root, '', 'epr/1/content', 32), ref };
}

function fromBase32(code: string): Buffer {
	const bits = [...code].map((char) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(char).toString(2).padStart(5, '0')).join('');
	return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** Every seal beside the room's name, tried with every slot key beside the same name under every epoch key. */
function* roomKeysFor(room: Victim, images: readonly Buffer[]): Generator<Buffer> {
	const seals = sealsFor(room, images);
	for (const keys of keysFor(room, images)) {
		const shard = firstShard(room, keys, seals);
		if (shard === null) continue;
		const context = Buffer.concat([Buffer.from('epr/1/room-key'), room.roomId, Buffer.from([room.byte0])]);
		yield kdf(kdf(room.contentRoot, shard, context, 32), '', 'epr/1/env', 32);
	}
}

/** §6.1: a record is slotKey(32) ‖ ref(16) …, a header "EPRK1" 00 00 00 ‖ u64 epochHour ‖ epochKey(32) …; wherever such bytes lie. */
function keysFor(room: Victim, images: readonly Buffer[]): Keys[] {
	const magic = Buffer.from('EPRK1\0\0\0');
	const epochs = new Map<string, Pick<Keys, 'epochHour' | 'epochKey'>>();
	const slots = new Map<string, Buffer>();
	for (const image of images) {
		for (const at of occurrences(image, magic)) {
			const epochKey = image.subarray(at + 16, at + 48);
			if (epochKey.length === 32) epochs.set(epochKey.toString('hex'), { epochHour: image.readUInt32BE(at + 12), epochKey });
		}
		for (const at of occurrences(image, room.ref)) {
			const slotKey = image.subarray(Math.max(0, at - 32), at);
			if (slotKey.length === 32 && isRecordEnd(image, at + 16)) slots.set(slotKey.toString('hex'), slotKey);
		}
	}
	return [...epochs.values()].flatMap((epoch) => [...slots.values()].map((slotKey) => ({ ...epoch, slotKey })));
}

/** Behind the name a record has its state and 15 zero bytes. */
function isRecordEnd(image: Buffer, at: number): boolean {
	return zerosIn(image, at + 1, at + 16) === 15;
}

function zerosIn(image: Buffer, from: number, to: number): number {
	let zeros = 0;
	for (let at = from; at < to; at++) if (image[at] === 0) zeros++;
	return zeros;
}

/** A row holds the seal shortly after the name, behind the one byte in which Postgres writes a length of 108. */
function sealsFor({ ref }: Victim, images: readonly Buffer[]): Buffer[] {
	const reach = 48;
	const sealLength = ((108 + 1) << 1) | 1;
	const seals = new Map<string, Buffer>();
	for (const image of images) {
		for (const at of occurrences(image, ref)) {
			for (let from = at + 16; from < at + 16 + reach && from + 108 <= image.length; from++) {
				const seal = image.subarray(from, from + 108);
				if (image[from - 1] === sealLength) seals.set(seal.toString('latin1'), seal);
			}
		}
	}
	return [...seals.values()];
}

function firstShard({ roomId, byte0 }: Victim, { epochHour, epochKey, slotKey }: Keys, seals: readonly Buffer[]): Buffer | null {
	const kek = kdf(Buffer.concat([epochKey, slotKey]), roomId, 'epr/1/kek', 32);
	const hour = Buffer.alloc(4);
	hour.writeUInt32BE(epochHour);
	const aad = Buffer.concat([Buffer.from('epr/1/seal'), roomId, Buffer.from([byte0]), hour]);
	for (const seal of seals) {
		const contents = openGcm(kek, { iv: seal.subarray(0, 12), aad, sealed: seal.subarray(12) });
		if (contents !== null) return contents.subarray(0, 32);
	}
	return null;
}

type Sealed = { readonly iv: Buffer; readonly aad: Buffer; readonly sealed: Buffer };

function openGcm(key: Buffer, { iv, aad, sealed }: Sealed): Buffer | null {
	const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
	decipher.setAAD(aad);
	decipher.setAuthTag(sealed.subarray(sealed.length - 16));
	const plaintext = decipher.update(sealed.subarray(0, sealed.length - 16));
	try {
		decipher.final();
		return plaintext;
	} catch {
		return null;
	}
}

/** §7: 01 00 00 00, then a salt that looks random. */
function envelopesIn(image: Buffer): Buffer[] {
	const found: Buffer[] = [];
	for (const at of occurrences(image, Buffer.from([1, 0, 0, 0]))) {
		if (at + 1364 <= image.length && zerosIn(image, at + 4, at + 68) < 8) found.push(image.subarray(at, at + 1364));
	}
	return found;
}

/** §7 and §8: the text of a message, by its commitment first. */
function openText({ roomId, byte0 }: Victim, kEnv: Buffer, envelope: Buffer): string | null {
	const salt = envelope.subarray(4, 36);
	const aad = Buffer.concat([Buffer.from('epr/1/aad'), roomId, Buffer.from([byte0]), envelope.subarray(0, 4), salt]);
	const info = Buffer.concat([Buffer.from('epr/1/msg'), createHash('sha256').update(aad).digest()]);
	const okm = kdf(kEnv, salt, info, 76);
	if (!okm.subarray(44).equals(envelope.subarray(36, 68))) return null;
	const plaintext = openGcm(okm.subarray(0, 32), { iv: okm.subarray(32, 44), aad, sealed: envelope.subarray(68) });
	return plaintext === null ? null : textOf(plaintext);
}

/** Of a body (§8): skips type, flags, sender, seq, prev, time, colour, nick and the seen list. */
function textOf(plaintext: Buffer): string {
	const nickAt = 2 + 32 + 4 + 32 + 8 + 1;
	const seenAt = nickAt + 1 + plaintext.readUInt8(nickAt);
	const sizeAt = seenAt + 1 + plaintext.readUInt8(seenAt) * 12;
	return plaintext.toString('utf8', sizeAt + 2, sizeAt + 2 + plaintext.readUInt16BE(sizeAt));
}
