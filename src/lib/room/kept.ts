/** A room that stays on this device while one is in it: its record, its shelf, and how both go: docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { fromHex, toHex } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import type { Database } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import * as store from '../storage/kept.ts';
import type { Keeping, Kept, KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import { NotKept } from './ports.ts';
import type { Clock, Entered, Keepsake, Known, Shelf } from './ports.ts';
import { speakWaiting } from './follow.ts';
import type { Tabs } from './follow.ts';
import { createShelf } from './shelf.ts';
import { RoomError } from './view.ts';
import { createWaiting } from './waiting.ts';
import type { Waiting } from './waiting.ts';

type KeptPorts = {
	readonly vault: Pick<Vault, 'call'>;
	readonly database: Database;
	readonly key: KeyRef;
	/** The others that are in it; absent: it is in one tab alone. */
	readonly tabsOf?: (localId: string) => Tabs;
};
type Facts = Pick<Keeping, 'asks' | 'endsAt' | 'lastRead' | 'startedAt' | 'name'>;

/** What is noted only for the list is written so seldom. */
const noteMs = 2000;
/** Each answer of the server's puts the end a little elsewhere. */
const sameEndMs = 1000;
const localIdSize = 16;
const sessionSize = 32;
/** The creator's card lies before the first row. */
const cardRow = 0;

export class KeptRoom {
	readonly localId: string;
	readonly shelf: Shelf;
	readonly waiting: Waiting;
	readonly keepsake: Keepsake;
	readonly tabs: Tabs | undefined;
	readonly #ports: KeptPorts;
	#facts: Facts;
	#seen: Pick<Facts, 'lastRead' | 'endsAt'>;
	#noting: ReturnType<typeof setTimeout> | undefined;
	#ends: readonly (() => void)[] = [];

	private constructor(ports: KeptPorts, localId: string, facts: Facts) {
		const { database } = ports;
		const tabs = (this.tabs = ports.tabsOf?.(localId));
		this.#ports = ports;
		this.localId = localId;
		this.#facts = this.#seen = facts;
		const laid = () => tabs?.say({ is: 'rows' });
		this.shelf = { ...createShelf(database, localId, laid), seen: (row, endsAt) => this.#noteSoon(row, endsAt) };
		const waiting = createWaiting(database, localId);
		this.waiting = tabs === undefined ? waiting : speakWaiting(waiting, tabs);
		const entryOf = (record: Uint8Array) => ({ localId, sealed: new Uint8Array(record) });
		this.keepsake = {
			write: (record, draft) => store.updateKept(database, entryOf(record), draft).catch(asNotKept),
			takeBack: async (record, { place, ...draft }) => {
				const bytes = await this.waiting.seal(draft);
				return (await store.takeDraftBack(database, entryOf(record), { bytes, place }).catch(asNotKept)) ?? undefined;
			}
		};
	}

	/** From now on it stays here. The room must have been entered. Throws `NotKept`: then it is as before. */
	static async begin(ports: KeptPorts, facts: Facts, card: Bytes): Promise<KeptRoom> {
		const { database } = ports;
		const kept = new KeptRoom(ports, toHex(crypto.getRandomValues(new Uint8Array(localIdSize))), facts);
		const { localId } = kept;
		try {
			await store.writeKept(database, { localId, sealed: await kept.#seal() }, [{ seq: cardRow, t: 0, env: card }]);
			return kept;
		} catch (error) {
			await ports.vault.call('keep', { key: ports.key, keeping: null });
			throw new NotKept(error);
		}
	}

	/** It has stayed here. The room must have been entered. */
	static async goOn(ports: KeptPorts, localId: string, facts: Facts): Promise<KeptRoom> {
		const kept = new KeptRoom(ports, localId, facts);
		// A full disk can be read all the same.
		await kept.save().catch(unlessNotKept);
		return kept;
	}

	/** The record as it is now. Throws `NotKept`. */
	async save(): Promise<void> {
		await this.keepsake.write(await this.#seal());
	}

	/** Nobody else has written anything up to this row since it was read. Throws `NotKept`. */
	markRead(row: number): Promise<void> {
		this.#facts = { ...this.#facts, lastRead: Math.max(row, this.#facts.lastRead) };
		return this.save();
	}

	/** On this device alone. Throws `NotKept`. */
	rename(name: string): Promise<void> {
		this.#facts = { ...this.#facts, name };
		return this.save();
	}

	/** Run when it is shut, or forgotten. */
	atEnd(...ends: readonly (() => void)[]): void {
		this.#ends = [...this.#ends, ...ends];
	}

	/** After whatever was still on its way to the disk: whoever is in it next reads the record as it is. Throws `NotKept`. */
	shut(): Promise<void> {
		this.#stop();
		return this.save();
	}

	/** All of it goes, the record first. */
	forget(): Promise<void> {
		this.#stop();
		return store.forgetKept(this.#ports.database, this.localId);
	}

	#stop(): void {
		clearTimeout(this.#noting);
		for (const end of this.#ends) end();
	}

	#noteSoon(lastRead: number, endsAt: number): void {
		this.#seen = { lastRead: Math.max(lastRead, this.#facts.lastRead), endsAt };
		const isSame = this.#seen.lastRead === this.#facts.lastRead && Math.abs(endsAt - this.#facts.endsAt) < sameEndMs;
		if (isSame || this.#noting !== undefined) return;
		this.#facts = { ...this.#facts, ...this.#seen };
		// Without it the list counts as unread what was read.
		this.save().catch(() => undefined);
		this.#noting = setTimeout(() => {
			this.#noting = undefined;
			this.#noteSoon(this.#seen.lastRead, this.#seen.endsAt);
		}, noteMs);
	}

	async #seal(): Promise<Bytes> {
		const { vault, database, key } = this.#ports;
		// Clocks that count from the page's start give fractions.
		const times = { endsAt: Math.floor(this.#facts.endsAt), startedAt: Math.round(this.#facts.startedAt) };
		const place = { deviceKey: await deviceKey(database), localId: fromHex(this.localId) };
		const keeping = { ...this.#facts, ...times, ...place };
		const { record } = await vault.call('keep', { key, keeping });
		return new Uint8Array(record);
	}
}

function unlessNotKept(error: unknown): void {
	if (!(error instanceof NotKept)) throw error;
}

function asNotKept(error: unknown): never {
	throw new NotKept(error);
}

/** The creator's card, and the newest row that lies here. `null` when nothing does. */
async function readShelf(
	database: Database,
	localId: string
): Promise<{ readonly card: Bytes; readonly headSeq: number } | null> {
	const [[newest], [card]] = await Promise.all([
		store.readRows(database, localId, { limit: 1 }),
		store.readRows(database, localId, { before: cardRow + 1, limit: 1 })
	]);
	if (newest === undefined || card?.env == null) return null;
	return { card: card.env, headSeq: newest.seq };
}

export type ReopenPorts = Pick<KeptPorts, 'vault' | 'database' | 'tabsOf'> & { readonly clock: Clock };
export type Reopened = { readonly place: KeptRoom; readonly entered: Omit<Entered, 'link' | 'password'> };

/** Into a room that has stayed here, and is unlocked, as who speaks in it. Throws `RoomError`: `gone`, `wrong-password`. */
export async function reopen(ports: ReopenPorts, localId: string, kept: Kept): Promise<Reopened> {
	const { asks, endsAt, lastRead, startedAt, name } = kept;
	const entered = await reopenToFollow(ports, localId, kept);
	const place = await KeptRoom.goOn({ ...ports, key: kept.key }, localId, { asks, endsAt, lastRead, startedAt, name });
	return { place, entered: { ...entered, unsent: kept.unsent.map((envelope) => new Uint8Array(envelope)) } };
}

/** The same as who follows another tab: nothing of the room is written. */
export async function reopenToFollow(
	{ vault, database, clock }: ReopenPorts,
	localId: string,
	kept: Kept
): Promise<Reopened['entered']> {
	const { key, mode, author, shard, shardTag } = kept;
	const lying = await readShelf(database, localId);
	if (lying === null) throw new RoomError('gone');
	const inside = await vault.call('enter', { key, shard, shardTag, card: lying.card, author }).catch(asWrongPassword);
	return { key, mode, author, unsent: [], joined: knownOf(kept, lying, clock), ...inside };
}

/** The shard was right when it was kept: what doesn't fit is the password. */
function asWrongPassword(error: unknown): never {
	throw error instanceof ProtocolError && error.code === 'SHARD_TAG' ? new RoomError('wrong-password') : error;
}

/** What is known of it until the server answers. */
function knownOf(kept: Kept, { card, headSeq }: { readonly card: Bytes; readonly headSeq: number }, clock: Clock): Known {
	const { shard, shardTag, startedAt, endsAt, session } = kept;
	const now = clock.wall();
	const entry: Known['entry'] = {
		...{ shard, shardTag, card, headSeq, used: headSeq },
		session: session.length === 0 ? new Uint8Array(sessionSize) : new Uint8Array(session),
		tag: '',
		ageMs: now - startedAt,
		expiresInMs: endsAt - now,
		people: 0,
		plan: 'free'
	};
	return { entry, serverNow: clock.wall, roomStart: startedAt };
}
