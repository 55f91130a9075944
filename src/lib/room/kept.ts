/** A room that stays on this device while one is in it: its record, its shelf, and how both go: docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { fromHex, toHex } from '#protocol/bytes';
import type { Database } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import * as store from '../storage/kept.ts';
import type { Keeping, KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import type { Keepsake, Shelf } from './ports.ts';
import { createShelf } from './shelf.ts';

type KeptPorts = { readonly vault: Pick<Vault, 'call'>; readonly database: Database; readonly key: KeyRef };
type Facts = Pick<Keeping, 'asks' | 'endsAt' | 'lastRead' | 'startedAt' | 'name'>;

/** What is noted only for the list is written so seldom. */
const noteMs = 2000;
/** Each answer of the server's puts the end a little elsewhere. */
const sameEndMs = 1000;
const localIdSize = 16;
/** The creator's card lies before the first row. */
const cardRow = 0;

export class KeptRoom {
	readonly localId: string;
	readonly shelf: Shelf;
	readonly keepsake: Keepsake;
	readonly #ports: KeptPorts;
	#facts: Facts;
	#seen: Pick<Facts, 'lastRead' | 'endsAt'>;
	#noting: ReturnType<typeof setTimeout> | undefined;

	private constructor(ports: KeptPorts, localId: string, facts: Facts) {
		const { database } = ports;
		this.#ports = ports;
		this.localId = localId;
		this.#facts = this.#seen = facts;
		this.shelf = { ...createShelf(database, localId), seen: (row, endsAt) => this.#noteSoon(row, endsAt) };
		this.keepsake = { write: (record) => store.updateKept(database, { localId, sealed: new Uint8Array(record) }) };
	}

	/** From now on it stays here. The room must have been entered. */
	static async begin(ports: KeptPorts, facts: Facts, card: Bytes): Promise<KeptRoom> {
		const { database } = ports;
		const kept = new KeptRoom(ports, toHex(crypto.getRandomValues(new Uint8Array(localIdSize))), facts);
		const { localId } = kept;
		await store.writeKept(database, { localId, sealed: await kept.#seal() });
		await store.cacheRows(database, localId, [{ seq: cardRow, t: 0, env: card }]);
		return kept;
	}

	/** It has stayed here. The room must have been entered. */
	static async goOn(ports: KeptPorts, localId: string, facts: Facts): Promise<KeptRoom> {
		const kept = new KeptRoom(ports, localId, facts);
		await kept.keepsake.write(await kept.#seal());
		return kept;
	}

	/** All of it goes, the record first. */
	forget(): Promise<void> {
		clearTimeout(this.#noting);
		return store.forgetKept(this.#ports.database, this.localId);
	}

	#noteSoon(lastRead: number, endsAt: number): void {
		this.#seen = { lastRead: Math.max(lastRead, this.#facts.lastRead), endsAt };
		const isSame = this.#seen.lastRead === this.#facts.lastRead && Math.abs(endsAt - this.#facts.endsAt) < sameEndMs;
		if (isSame || this.#noting !== undefined) return;
		this.#noting = setTimeout(() => {
			this.#noting = undefined;
			this.#facts = { ...this.#facts, ...this.#seen };
			// Without it the list counts as unread what was read.
			this.#seal().then((record) => this.keepsake.write(record)).catch(() => undefined);
		}, noteMs);
	}

	async #seal(): Promise<Bytes> {
		const { vault, database, key } = this.#ports;
		const keeping = { ...this.#facts, deviceKey: await deviceKey(database), localId: fromHex(this.localId) };
		const { record } = await vault.call('keep', { key, keeping });
		return new Uint8Array(record);
	}
}

/** The creator's card, and the highest row that lies here without a hole below the newest. */
export async function readShelf(database: Database, localId: string): Promise<{ readonly card: Bytes; readonly headSeq: number } | null> {
	const [newest] = await store.readRows(database, localId, { limit: 1 });
	const [card] = await store.readRows(database, localId, { before: cardRow + 1, limit: 1 });
	if (newest === undefined || card?.env == null) return null;
	return { card: card.env, headSeq: newest.seq };
}
