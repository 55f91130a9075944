/** Everything that comes in and stands on the screen: rows and live frames, opened in bursts, judged, shown in order. */
import { encodeBase64url } from '#protocol/base64url';
import type { Bytes } from '#protocol/bytes';
import type { Row, Transport, TransportEvent } from '../transport/transport.ts';
import type { KeyRef, Me, Opened, Refused, Seen } from '../vault/calls.ts';
import { Hearing } from './hear.ts';
import type { Others } from './hear.ts';
import { History } from './history.ts';
import { KeyHints } from './key-hints.ts';
import { Ledger } from './ledger.ts';
import { Notes } from './notes.ts';
import type { Ports } from './ports.ts';
import { Presence } from './presence.ts';
import type { PresenceNote } from './presence.ts';
import { Inbox } from './receive.ts';
import type { Letterbox } from './receive.ts';
import type { Shown } from './shown.ts';
import { Thread } from './thread.ts';
import { pause } from './timers.ts';
import { burnFadeMs } from './burns.ts';
import { OthersTyping } from './typing.ts';
import type { ServerRow } from './view.ts';

export type ConversationPorts = Pick<Ports, 'vault' | 'clock' | 'signs' | 'shelf'> & {
	readonly key: KeyRef;
	readonly me: Me;
	/** Fingerprint. */
	readonly creator: string;
	readonly transport: () => Transport | null;
	/** Unix ms by the server's clock. */
	readonly roomStart: () => number;
	/** Unix ms. */
	readonly serverNow: () => number;
	readonly ownArrived: (mid: string) => string | undefined;
	/** The server has every row from the room's beginning on, but for what burned. */
	readonly keepsRows: boolean;
	readonly others: () => Others;
	readonly purged: () => void;
	readonly changed: () => void;
	readonly report: (error: unknown) => void;
};

export class Conversation {
	readonly thread = new Thread();
	readonly presence: Presence;
	readonly notes: Notes;
	readonly #ports: ConversationPorts;
	readonly #typing = new OthersTyping();
	readonly #keyHints = new KeyHints();
	readonly #ledger: Ledger;
	readonly #history: History;
	readonly #hearing: Hearing;
	readonly #inbox: Inbox;
	#namesakes: ReadonlySet<string> = new Set();
	#wasAway = false;
	#unseen = 0;
	#cleared = false;
	#stored = 0;
	#writing: readonly string[] = [];

	constructor(ports: ConversationPorts) {
		const { clock, me, creator, transport, changed, shelf } = ports;
		this.#ports = ports;
		this.#ledger = new Ledger(clock.now());
		this.presence = new Presence(me.sender, creator);
		const take = (letters: Parameters<Inbox['take']>[0]) => this.#inbox.take(letters);
		this.#history = new History({
			transport,
			ledger: this.#ledger,
			take,
			shelf,
			keepsRows: ports.keepsRows,
			wait: (ms) => pause(ms).done,
			stale: (row) => {
				this.thread.dropUpTo(row);
				changed();
			},
			changed,
			report: ports.report
		});
		const nickOf = (fp: string) => this.presence.nickOf(fp);
		this.notes = new Notes({ thread: this.thread, wall: clock.wall, lastRow: () => this.#history.head, nickOf });
		const { thread, presence, notes } = this;
		const { ownArrived, others, purged, roomStart, serverNow } = ports;
		const tell = (goings: readonly PresenceNote[]) => this.#tell(goings);
		const heard = { thread, presence, notes, ledger: this.#ledger, typing: this.#typing, tell };
		const isWatching = () => !ports.signs.isHidden();
		const page = { roomStart, serverNow, now: clock.now, isWatching, keepsRows: ports.keepsRows };
		this.#hearing = new Hearing({
			...heard,
			...page,
			ownArrived,
			others,
			purged,
			compareKeys: (hint, time) => this.compareKeys(hint, time)
		});
		this.#inbox = new Inbox({
			open: (envelopes) => this.open(envelopes),
			hear: (arrivals, opened) => this.#hear(arrivals, opened),
			beforeFrame: (run) => ports.signs.beforeFrame(run),
			report: ports.report
		});
	}

	/** What somebody was told of the month's token key, at `time` (unix ms); one's own word counts too. */
	compareKeys(hint: Bytes, time: number): void {
		if (this.#keyHints.heard(hint, time)) this.notes.tokenKeys();
	}

	get head(): number {
		return this.#history.head;
	}

	/** Arrays stay the same as long as they say the same. */
	shown(): Pick<Shown, 'items' | 'people' | 'unnamed' | 'typing' | 'older' | 'cleared' | 'unseen' | 'head'> {
		const writing = this.#typing.writing(this.#ports.clock.now()).map((fp) => this.presence.nickOf(fp));
		if (writing.join('\n') !== this.#writing.join('\n')) this.#writing = writing;
		if (!this.#ports.signs.isHidden()) this.#unseen = 0;
		return {
			items: this.thread.items(),
			people: this.presence.people(),
			unnamed: this.presence.unnamed(),
			typing: this.#writing,
			older: this.#history.older,
			cleared: this.#cleared,
			unseen: this.#unseen,
			head: this.highest
		};
	}

	/** For what is sent: docs/PROTOCOL.md §8. */
	seen(): readonly Seen[] {
		return this.#ledger.seen();
	}

	async open(envelopes: readonly Bytes[]): Promise<readonly (Opened | Refused)[]> {
		const { vault, key } = this.#ports;
		return envelopes.length === 0 ? [] : (await vault.call('open', { key, envelopes })).opened;
	}

	/** An event of the feed, but for the room's end. */
	hearEvent(event: Exclude<TransportEvent, { readonly is: 'gone' }>): void {
		if (event.is === 'knock') this.notes.third();
		else if (event.is === 'presence') this.#tell(this.presence.heardPresence(event, this.#ports.clock.now()));
		if (event.is === 'knock' || event.is === 'presence') return this.#ports.changed();
		if (event.seq > 0) this.#history.arrived(event.seq);
		if (event.is === 'burned') this.#burn(event.seq);
		else {
			const { t, env, burnAt, tag } = event;
			this.#inbox.push({ row: event.seq, t, env, burnAt, connection: tag, how: 'live' });
		}
	}

	/** Where a feed on a new connection must begin. */
	resume(headSeq: number): number {
		this.presence.expectSnapshot();
		return this.#history.resume(headSeq);
	}

	startAt(headSeq: number): void {
		this.#history.startAt(headSeq);
	}

	async loadNewest(): Promise<void> {
		await this.#history.loadNewest();
	}

	loadOlder(): Promise<number> {
		return this.#history.loadOlder();
	}

	/** A row of one's own is known to be at the server, though its frame has not come. */
	stored(row: number): void {
		this.#stored = Math.max(this.#stored, row);
	}

	/** The highest row that is known to be at the server. */
	get highest(): number {
		return Math.max(this.#history.head, this.#stored);
	}

	clear(): void {
		this.thread.clear();
		this.#history.clear();
		this.#cleared = true;
		this.notes.tell({ is: 'cleared' }, 'cleared');
		this.#ports.changed();
	}

	async bringBack(): Promise<void> {
		this.#cleared = false;
		this.thread.remove('cleared');
		await this.#history.loadNewest();
	}

	/** The next message that comes unseen gets a new line above it. */
	lookedAway(): void {
		this.#wasAway = true;
	}

	/** Before anything is shown: what is due by the server's clock loses its words. */
	burnDue(): void {
		this.thread.burnDue(this.#ports.serverNow());
	}

	/** Once a second: what is missing, and who. */
	tick(): void {
		const now = this.#ports.clock.now();
		this.#tell(this.presence.tick(now));
		this.notes.gaps(this.#ledger.gaps(now));
	}

	/** Until something burns or begins to fade; `Infinity` when nothing will. */
	nextStepMs(): number {
		return this.thread.nextBurnMs(this.#ports.serverNow(), burnFadeMs);
	}

	async serverRows(before?: number): Promise<readonly ServerRow[]> {
		const rows = await this.#history.rows(before);
		const opened = await this.open(rows.flatMap((row) => (row.env === null ? [] : [row.env])));
		const results = opened.values();
		return rows.map((row) => this.#pair(row, row.env === null ? undefined : results.next().value));
	}

	/** The same for oneself and this member, as long as nobody stands between. */
	async safetyWords(fp: string): Promise<readonly string[] | null> {
		const { vault, key } = this.#ports;
		const sender = this.presence.keyOf(fp);
		return sender === null ? null : (await vault.call('safetyWords', { key, sender })).words;
	}

	#tell(goings: readonly PresenceNote[]): void {
		this.notes.tellAll(goings);
		for (const { is, fp } of goings) if (is === 'left') this.#ports.others().left(fp);
	}

	#pair({ seq, t, env, burnAt }: Row, opened: Opened | Refused | undefined): ServerRow {
		const arrivedAt = this.#ports.roomStart() + t * 1000;
		if (env === null) return { seq, arrivedAt, size: 0 };
		const row = { seq, arrivedAt, size: env.length, ciphertext: encodeBase64url(env), ...(burnAt !== null && { burnAt }) };
		if (opened?.ok !== true || opened.body.type !== 'text') return row;
		const { text, burnSeconds } = opened.body;
		const burns = burnAt !== null || burnSeconds !== undefined;
		return { ...row, seen: { nick: opened.author.nick, ...(burns ? {} : { text }) } };
	}

	#hear(arrivals: readonly Letterbox[], opened: readonly (Opened | Refused)[]): void {
		this.#hearing.hearAll(arrivals, opened);
		this.#keep(arrivals, opened);
		arrivals.forEach((arrival, index) => {
			if (arrival.how !== 'live' || arrival.row === 0) return;
			this.#ledger.rows.add({ from: arrival.row, to: arrival.row });
			if (this.#ledger.isBurned(arrival.row)) this.#burn(arrival.row);
			this.#markUnseen(arrival.row, opened[index]);
		});
		this.#markNamesakes();
		this.#ports.changed();
	}

	/** Ciphertext, as it came; of what burns only that it was there. */
	#keep(arrivals: readonly Letterbox[], opened: readonly (Opened | Refused)[]): void {
		const rows = arrivals.flatMap(({ row, t, env, burnAt, shelved }, index) => {
			const message = opened[index];
			const burns =
				burnAt !== null || (message?.ok === true && message.body.type === 'text' && message.body.burnSeconds !== undefined);
			return row === 0 || shelved === true ? [] : [{ seq: row, t, env: message?.ok === true && !burns ? env : null }];
		});
		if (rows.length > 0) this.#ports.shelf?.keep(rows);
	}

	#markUnseen(row: number, opened: Opened | Refused | undefined): void {
		const { signs, clock } = this.#ports;
		if (!signs.isHidden() || opened?.ok !== true || opened.own) return;
		this.#unseen++;
		if (!this.#wasAway) return;
		this.#wasAway = false;
		this.thread.putUnread(clock.wall(), row);
	}

	#markNamesakes(): void {
		const namesakes = this.presence.namesakes;
		if (namesakes === this.#namesakes) return;
		this.#namesakes = namesakes;
		this.thread.mapMessages((item) => {
			const namesake = namesakes.has(item.person.fp);
			return namesake === item.person.namesake ? item : { ...item, person: { ...item.person, namesake } };
		});
	}

	#burn(row: number): void {
		this.#ledger.hearBurned(row);
		this.#ledger.rows.add({ from: row, to: row });
		this.thread.burnRow(row, this.#ports.serverNow());
		// Whoever was away when it came has nothing there yet.
		this.#ports.shelf?.keep([{ seq: row, t: 0, env: null }]);
		this.#ports.changed();
	}
}
