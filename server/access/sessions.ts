/** Who is in which room now: sessions, places and connection tags, in RAM only (docs/PROTOCOL.md §5, §8). */
import { createHash } from 'node:crypto';
import { encodeBase64url } from '#protocol/base64url';
import { awayMs, closeCodes, sessionGraceMs } from '#protocol/limits';
import { Refusal } from '../errors.ts';
import { Empties } from './empties.ts';
import type { RoomHandle, Session } from './session.ts';

export const sessionTokenSize = 32;
const tagSize = 8;
/** How long a join that read its room's row before the room's end can still be on its way here, in milliseconds. */
const tombstoneMs = 60_000;
/** A page that is loaded anew, or changes networks, is back within this, and nobody need know. In milliseconds. */
const blinkMs = 5000;

export type JoinRequest = {
	readonly room: RoomHandle;
	readonly watch: boolean;
	/** Token of an own earlier session: its place and tag are taken over. Unknown tokens are ignored. */
	readonly replaces: Uint8Array | null;
	/** Closes the socket of the new session; used when that is replaced in its turn. */
	close(code: number, reason: string): void;
};

export type Sessions = {
	/** Takes a place, or throws `ROOM_FULL`; `ROOM_GONE` when the room ended meanwhile. Nothing is awaited: no race at the limit. */
	join(request: JoinRequest): { readonly session: Session; readonly token: Uint8Array };
	/** The socket closed. The place is kept for 90 s, the session for 10 minutes; a watching session ends at once. */
	lost(session: Session): void;
	/** Ends the session and frees its place. Whoever calls it tells the others (rooms/presence.ts). */
	leave(session: Session): void;
	/** Ends every session of the room, and lets nobody join it any more. */
	endRoom(room: Pick<RoomHandle, 'id' | 'ref'>): void;
	/** Rooms in which anybody has a session. */
	rooms(): readonly RoomHandle[];
	/** To be called every second: the sessions that have been without a connection for 5 s since the last call. */
	lapse(): readonly Session[];
	/** How many places of the room are taken. */
	places(ref: string): number;
	/** To be called every second: rooms that end when everybody has left, and which nobody has come back to in time; each once. */
	emptied(): readonly RoomHandle[];
	/** One of those is still there, and is to be told of again. */
	notEnded(room: RoomHandle): void;
	/** Whether nobody more can join the room without `replaces`. */
	isFull(room: Pick<RoomHandle, 'ref' | 'people'>): boolean;
	/** Notes that the others are told of this tag; `false` when they know it, and for sessions that watch or have ended. */
	announce(session: Session): boolean;
	/** The reverse; `false` when the tag was not announced. */
	withdraw(session: Session): boolean;
	/** Tags that were announced and not withdrawn, oldest first. */
	present(ref: string): readonly string[];
	/** All sessions, for the gauge. */
	count(): number;
};

/** `close` is `null` while the session is away, `lostAt` (unix ms) while it is not. */
type Entry = { readonly session: Session; close: JoinRequest['close'] | null; lostAt: number | null };
type Room = { readonly entries: Set<Entry>; readonly announced: Set<string> };

export type SessionsOptions = {
	readonly socketsPerPlace: number;
	readonly now: () => number;
	readonly randomBytes: (size: number) => Uint8Array;
};

class Registry implements Sessions {
	readonly #options: SessionsOptions;
	readonly #byId = new Map<string, Entry>();
	readonly #rooms = new Map<string, Room>();
	/** In the order in which they were lost; the others have not been told. */
	readonly #lost = new Set<Entry>();
	/** The others have been told, and the place is kept. */
	readonly #away = new Set<Entry>();
	/** Away for more than 90 s: without a place, known for `replaces` only. */
	readonly #placeless = new Set<Entry>();
	/** Rooms that ended a moment ago, with the time of it. */
	readonly #ended = new Map<bigint, number>();
	readonly #empties = new Empties();

	constructor(options: SessionsOptions) {
		this.#options = options;
	}

	join(request: JoinRequest): { readonly session: Session; readonly token: Uint8Array } {
		const { room, watch, close } = request;
		const old = this.#replaced(request);
		this.#admit(request, old);
		const token = this.#options.randomBytes(sessionTokenSize);
		const tag = old === null || old.session.watch ? encodeBase64url(this.#options.randomBytes(tagSize)) : old.session.tag;
		const session: Session = { id: nameOf(token), room, tag, watch, ended: false };
		const entry: Entry = { session, close, lostAt: null };
		const entries = this.#rooms.get(room.ref) ?? { entries: new Set(), announced: new Set() };
		this.#rooms.set(room.ref, entries);
		this.#byId.set(session.id, entry);
		// The newcomer stands in the room before the old one goes, so that the room with what it announced stays.
		entries.entries.add(entry);
		if (old !== null) this.#replace(old);
		return { session, token };
	}

	lost(session: Session): void {
		const entry = this.#byId.get(session.id);
		if (entry === undefined || entry.lostAt !== null) return;
		if (session.watch) return this.#forget(entry);
		entry.close = null;
		entry.lostAt = this.#options.now();
		this.#lost.add(entry);
		this.#empties.lost(session.room, entry.lostAt);
	}

	leave(session: Session): void {
		const entry = this.#byId.get(session.id);
		if (entry === undefined) return;
		this.#forget(entry);
		if (!session.watch) this.#empties.left(session.room, this.#options.now());
	}

	endRoom({ id, ref }: Pick<RoomHandle, 'id' | 'ref'>): void {
		this.#ended.set(id, this.#options.now());
		for (const entry of [...this.#entriesOf(ref)]) this.#forget(entry);
		this.#rooms.delete(ref);
		this.#empties.ended(ref);
	}

	rooms(): readonly RoomHandle[] {
		return [...this.#rooms.values()].flatMap(({ entries }) => [...entries].slice(0, 1)).map(({ session }) => session.room);
	}

	lapse(): readonly Session[] {
		const now = this.#options.now();
		const gone = takeOlder(this.#lost, now - blinkMs);
		for (const entry of gone) this.#away.add(entry);
		for (const entry of takeOlder(this.#away, now - awayMs)) this.#placeless.add(entry);
		for (const entry of takeOlder(this.#placeless, now - sessionGraceMs)) this.#forget(entry);
		for (const [id, at] of this.#ended) if (now - at > tombstoneMs) this.#ended.delete(id);
		return gone.map((entry) => entry.session);
	}

	isFull({ ref, people }: Pick<RoomHandle, 'ref' | 'people'>): boolean {
		return this.places(ref) >= people;
	}

	places(ref: string): number {
		return this.#count(ref, null, (entry) => this.#holdsPlace(entry));
	}

	emptied(): readonly RoomHandle[] {
		const isConnected = (ref: string) => this.#count(ref, null, ({ session, close }) => close !== null && !session.watch) > 0;
		return this.#empties.take(this.#options.now(), isConnected);
	}

	notEnded(room: RoomHandle): void {
		this.#empties.stays(room, this.#options.now());
	}

	announce(session: Session): boolean {
		const announced = this.#rooms.get(session.room.ref)?.announced;
		if (session.watch || session.ended || announced === undefined || announced.has(session.tag)) return false;
		announced.add(session.tag);
		return true;
	}

	withdraw({ room, tag }: Session): boolean {
		return this.#rooms.get(room.ref)?.announced.delete(tag) ?? false;
	}

	present(ref: string): readonly string[] {
		return [...(this.#rooms.get(ref)?.announced ?? [])];
	}

	count(): number {
		return this.#byId.size;
	}

	#admit({ room, watch }: JoinRequest, old: Entry | null): void {
		if (this.#ended.has(room.id)) throw new Refusal('ROOM_GONE');
		const places = this.#count(room.ref, old, (entry) => this.#holdsPlace(entry));
		const sockets = this.#count(room.ref, old, (entry) => entry.close !== null);
		if (!watch && places >= room.people) throw new Refusal('ROOM_FULL');
		if (sockets >= Math.floor(room.people * this.#options.socketsPerPlace)) throw new Refusal('ROOM_FULL');
	}

	#replaced({ replaces, room, watch }: JoinRequest): Entry | null {
		const entry = replaces === null || watch ? undefined : this.#byId.get(nameOf(replaces));
		return entry?.session.room.id === room.id ? entry : null;
	}

	#replace(old: Entry): void {
		const { close } = old;
		this.#forget(old);
		close?.(closeCodes.replaced, 'replaced');
	}

	#forget(entry: Entry): void {
		const { id, room } = entry.session;
		entry.session.ended = true;
		this.#byId.delete(id);
		this.#lost.delete(entry);
		this.#away.delete(entry);
		this.#placeless.delete(entry);
		const entries = this.#rooms.get(room.ref)?.entries;
		entries?.delete(entry);
		if (entries?.size === 0) this.#rooms.delete(room.ref);
	}

	#holdsPlace({ session, lostAt }: Entry): boolean {
		return !session.watch && (lostAt === null || this.#options.now() - lostAt < awayMs);
	}

	#count(ref: string, except: Entry | null, test: (entry: Entry) => boolean): number {
		let count = 0;
		for (const entry of this.#entriesOf(ref)) if (entry !== except && test(entry)) count++;
		return count;
	}

	#entriesOf(ref: string): ReadonlySet<Entry> {
		return this.#rooms.get(ref)?.entries ?? new Set();
	}
}

export function createSessions(options: SessionsOptions): Sessions {
	return new Registry(options);
}

function nameOf(token: Uint8Array): string {
	return createHash('sha256').update(token).digest('hex');
}

/** Removes and gives back those that were lost at `latest` or before; the set is in the order of losing. */
function takeOlder(entries: Set<Entry>, latest: number): readonly Entry[] {
	const taken: Entry[] = [];
	for (const entry of entries) {
		if (entry.lostAt === null || entry.lostAt > latest) break;
		entries.delete(entry);
		taken.push(entry);
	}
	return taken;
}
