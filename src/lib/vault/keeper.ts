/** Holds the keys of the rooms and answers the calls of `calls.ts`. With envelopes.ts the only file that opens or seals any. */
import type { Bytes } from '#protocol/bytes';
import { fromHex, toHex } from '#protocol/bytes';
import { messageId } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import { formatByte0, parseByte0 } from '#protocol/mode';
import { checksOut, makeAccount } from '../crypto/account.ts';
import { fingerprintOf } from '../crypto/fingerprint.ts';
import type { Link } from '../crypto/link.ts';
import { decodeLink, encodeLink } from '../crypto/link.ts';
import { openMessage } from '../crypto/message.ts';
import { encodePassword, isTooShort, passwordCost } from '../crypto/password.ts';
import { clientNonceSize, signProof } from '../crypto/proof.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import { openRecord, storageKeyOf } from '../crypto/resume.ts';
import { safetyWords } from '../crypto/safety-words.ts';
import type { AccessKeys } from '../crypto/schedule.ts';
import * as schedule from '../crypto/schedule.ts';
import type { Dictionaries } from '../crypto/strength.ts';
import { loadDictionaries, loadWords, measureStrength } from '../crypto/strength.ts';
import type { Random } from '../crypto/suite.ts';
import { wipe } from '../crypto/suite.ts';
import { drawWords } from '../crypto/words.ts';
import type { CallName, Calls, KeyRef } from './calls.ts';
import { openAll, restore, sealCard, sealOne } from './envelopes.ts';
import type { Held, InsideKeys } from './held.ts';
import { accessOf, insideOf, wipeAccess, wipeHeld } from './held.ts';
import type { Kdf } from './kdf.ts';
import { codeOf, readKept, recalledOf, sealRenamed, sealResume, summaryOf, toKept } from './keeping.ts';
import { Peers } from './peers.ts';
import { Sender } from './sender.ts';

export type KeeperOptions = { readonly random: Random; readonly kdf: Kdf; readonly now: () => number };

export type Keeper = { readonly [Name in CallName]: (args: Calls[Name][0]) => Promise<Calls[Name][1]> };

type Args<Name extends CallName> = Calls[Name][0];
type Result<Name extends CallName> = Promise<Calls[Name][1]>;

class RoomKeeper implements Keeper {
	readonly #options: KeeperOptions;
	readonly #rooms = new Map<KeyRef, Held>();
	#lastKey = 0;
	#dictionaries: Promise<Dictionaries> | null = null;

	constructor(options: KeeperOptions) {
		this.#options = options;
	}

	async words(): Result<'words'> {
		return { password: drawWords(await loadWords(), this.#options.random) };
	}

	async strength({ password }: Args<'strength'>): Result<'strength'> {
		this.#dictionaries ??= loadDictionaries();
		return measureStrength(password, await this.#dictionaries);
	}

	async makeAccount(): Result<'makeAccount'> {
		return { code: makeAccount(this.#options.random) };
	}

	async checkCode({ kind, code }: Args<'checkCode'>): Result<'checkCode'> {
		return { fits: checksOut(kind, code) };
	}

	async create({ mode, password, roomName, author }: Args<'create'>): Result<'create'> {
		const needed = mode === 'stored';
		if (password === undefined ? needed : isTooShort(password)) throw new ProtocolError('PASSWORD_LENGTH');
		const { random, now } = this.#options;
		const link = { byte0: formatByte0({ mode, password: password !== undefined }), secret: random(32) };
		const [key, room] = await this.#hold(link);
		const code = encodeLink(link);
		try {
			const { accessPub, contentRoot } = await this.#unlock(room, password);
			const shard = random(32);
			const shardTag = await schedule.deriveShardTag(contentRoot, shard, room.roomId);
			room.sender = new Sender(random(32), author);
			const card = await sealCard(await this.#derive(room, shard), room.sender, { roomName, time: now() }, random);
			const { roomId } = room;
			return { key, code, roomId, byte0: link.byte0, accessPub, shard, shardTag, card, storageKey: storageKeyOf(roomId) };
		} catch (error) {
			this.#drop(key);
			throw error;
		}
	}

	async readLink({ code }: Args<'readLink'>): Result<'readLink'> {
		const link = decodeLink(code);
		const [key, { kind, roomId }] = await this.#hold(link);
		return { key, ...kind, roomId, byte0: link.byte0, storageKey: storageKeyOf(roomId) };
	}

	async unlock({ key, password }: Args<'unlock'>): Result<'unlock'> {
		await this.#unlock(this.#room(key), password);
		return {};
	}

	/** The page has cut the port to the worker that was deriving before it sends this: `kdf.ts`. */
	async cancel(): Result<'cancel'> {
		return {};
	}

	async prove({ key, origin, challenge }: Args<'prove'>): Result<'prove'> {
		const room = this.#room(key);
		const clientNonce = this.#options.random(clientNonceSize);
		const input = { origin, roomId: room.roomId, challenge, clientNonce };
		return { clientNonce, proof: signProof(input, accessOf(room).accessSeed) };
	}

	async work(work: Args<'work'>): Result<'work'> {
		return { nonce: await this.#options.kdf.work(work) };
	}

	enter({ key, shard, shardTag, card, author, record }: Args<'enter'>): Result<'enter'> {
		return this.#inTurn(key, async (room) => {
			await schedule.checkShard(accessOf(room).contentRoot, room.roomId, { shard, shardTag });
			room.shard = { shard, shardTag };
			const keys = await this.#derive(room, shard);
			const { message, body } = await openMessage(keys, card);
			if (message.type !== 'card') throw new ProtocolError('TYPE_KIND');
			const resume = room.resume ?? (record && (await this.#openRecord(room, record)));
			room.sender ??= resume ? await restore(keys, resume, author) : new Sender(this.#options.random(32), author);
			room.sender.remember({ author });
			room.keys = keys;
			const stopped = room.peers.excludeAlso(resume?.stopped ?? []);
			return { me: room.sender.me, roomName: message.roomName, creator: fingerprintOf(body.sender).fp, stopped };
		});
	}

	async recall({ key, record }: Args<'recall'>): Result<'recall'> {
		const room = this.#room(key);
		const opened = await this.#openRecord(room, record);
		return { recalled: opened && recalledOf(opened) };
	}

	seal({ key, body, seen, time, among }: Args<'seal'>): Result<'seal'> {
		return this.#inTurn(key, async (room) => {
			const inside = insideOf(room);
			const { fps: readers, pairKeys } = inside.peers.readers(among);
			const said = { message: body, seen, time, pairKeys };
			const { envelope, chain, seq } = await sealOne(inside, said, this.#options.random);
			const mid = toHex(messageId(envelope));
			return { envelope, mid, seq, chain: toHex(chain), time, record: await this.#save(room), readers };
		});
	}

	settle({ key, mids, author, session }: Args<'settle'>): Result<'settle'> {
		return this.#inTurn(key, async (room) => {
			const { sender } = insideOf(room);
			sender.settle(mids);
			if (author || session) sender.remember({ author, session });
			return { record: await this.#save(room) };
		});
	}

	takeBack({ key, mid }: Args<'takeBack'>): Result<'takeBack'> {
		return this.#inTurn(key, async (room) => {
			insideOf(room).sender.takeBack(mid);
			return { record: await this.#save(room) };
		});
	}

	keep({ key, keeping }: Args<'keep'>): Result<'keep'> {
		return this.#inTurn(key, async (room) => {
			room.keeping = keeping;
			room.record = undefined;
			return { record: await this.#save(room) };
		});
	}

	async openKept(args: Args<'openKept'>): Result<'openKept'> {
		const record = await readKept(args);
		if (record === null) return { kept: null };
		const [key, room] = await this.#hold(decodeLink(codeOf(record)));
		room.resume = record.resume;
		if (!record.asks) await this.#unlockWith(room, record.pwKey);
		return { kept: toKept(key, room, record) };
	}

	async listKept({ deviceKey, entries }: Args<'listKept'>): Result<'listKept'> {
		return { rooms: await Promise.all(entries.map((entry) => summaryOf({ deviceKey, ...entry }))) };
	}

	async renameKept(args: Args<'renameKept'>): Result<'renameKept'> {
		return { sealed: await sealRenamed(args, this.#options.random(12)) };
	}

	readers({ key, change }: Args<'readers'>): Result<'readers'> {
		return this.#inTurn(key, async (room) => {
			const { keys, sender, peers } = insideOf(room);
			if (change) await peers.apply({ roomKey: keys.roomKey, sender: sender.publicKey }, change);
			// The record names those whom one has stopped sending to.
			if (change?.is === 'exclude') room.record = undefined;
			return { fps: peers.readers().fps };
		});
	}

	async safetyWords({ key, sender }: Args<'safetyWords'>): Result<'safetyWords'> {
		const { keys, sender: own } = insideOf(this.#room(key));
		return { words: safetyWords(keys.bind, [own.publicKey, fromHex(sender)]) };
	}

	async open({ key, envelopes }: Args<'open'>): Result<'open'> {
		const open = async (room: Held) => ({ opened: await openAll(insideOf(room), envelopes) });
		const room = this.#room(key);
		// Where a hello changes keys, nothing else may use them meanwhile.
		return room.kind.mode === 'stored' ? open(room) : this.#inTurn(key, open);
	}

	async forget({ key }: Args<'forget'>): Result<'forget'> {
		this.#drop(key);
		return {};
	}

	async #hold(link: Link): Promise<[KeyRef, Held]> {
		const kind = parseByte0(link.byte0);
		if (kind === null) throw new ProtocolError('LINK_FORMAT');
		const roomId = await schedule.deriveRoomId(link.secret);
		// The only place that gives out references.
		const key = ++this.#lastKey as KeyRef;
		const held = {
			link,
			kind,
			roomId,
			peers: new Peers(this.#options.random, kind.mode === 'direct' ? 1 : undefined),
			turn: Promise.resolve()
		};
		this.#rooms.set(key, held);
		return [key, held];
	}

	#room(key: KeyRef): Held {
		const room = this.#rooms.get(key);
		if (room === undefined) throw new Error('keeper: no room under this reference');
		return room;
	}

	/** One after the other for a room, so that numbers and chain follow the order of the calls. */
	#inTurn<Value>(key: KeyRef, task: (room: Held) => Promise<Value>): Promise<Value> {
		const room = this.#room(key);
		const run = room.turn.then(() => task(room));
		// Whoever called is told of the failure; the next one goes on.
		room.turn = run.catch(() => null);
		return run;
	}

	async #unlock(room: Held, password: string | undefined): Promise<AccessKeys> {
		if (room.keys) throw new Error('keeper: the room is open already');
		const { secret } = room.link;
		return this.#unlockWith(room, room.kind.password ? await this.#derivePassword(secret, password ?? '') : new Uint8Array(32));
	}

	async #unlockWith(room: Held, pwKey: Bytes): Promise<AccessKeys> {
		const root = await schedule.deriveRoot(room.link.secret, pwKey, { roomId: room.roomId, byte0: room.link.byte0 });
		if (room.access) wipeAccess(room.access);
		if (room.pwKey) wipe(room.pwKey);
		room.pwKey = pwKey;
		room.access = await schedule.deriveAccessKeys(root);
		wipe(root);
		return room.access;
	}

	async #derivePassword(secret: Bytes, password: string): Promise<Bytes> {
		const encoded = encodePassword(password);
		const salt = await schedule.derivePasswordSalt(secret);
		const pwKey = await this.#options.kdf.derive({ password: encoded, salt, ...passwordCost });
		wipe(encoded);
		return pwKey;
	}

	async #derive(room: Held, shard: Bytes): Promise<InsideKeys> {
		const name = { roomId: room.roomId, byte0: room.link.byte0 };
		return { ...name, mode: room.kind.mode, ...(await schedule.deriveRoomKeys(accessOf(room).contentRoot, shard, name)) };
	}

	#openRecord(room: Held, record: Bytes): Promise<ResumeRecord | null> {
		return openRecord({ resumeKey: accessOf(room).resumeKey, roomId: room.roomId }, record);
	}

	async #save(room: Held): Promise<Bytes> {
		const { sender, peers } = insideOf(room);
		if (room.record && !sender.changed) return room.record;
		const saved = sender.save(peers.excluded);
		// Of a room whose server keeps nothing, this device keeps no messages either.
		const record = room.kind.mode === 'stored' ? saved : { ...saved, unsent: [] };
		return (room.record = await sealResume(room, record, this.#options.random(12)));
	}

	#drop(key: KeyRef): void {
		const room = this.#rooms.get(key);
		this.#rooms.delete(key);
		if (room) wipeHeld(room);
	}
}

export function createKeeper(options: KeeperOptions): Keeper {
	return new RoomKeeper(options);
}
