/** One person's stay in a room, from the door to the end: where connection, vault and conversation meet. */
import { ApiFailure } from '../api/failure';
import type { TransportEvent } from '../transport/transport';
import { Conversation } from './conversation';
import { Hellos } from './hello';
import { ringStep, startLasting } from './lasting';
import type { Lasting } from './lasting';
import { Letters } from './letters';
import { Mail } from './mail';
import type { Entered, Joined, PageEvent, Ports } from './ports';
import { toRoomError } from './problems';
import { Line } from './reconnect';
import type { Show } from './shown';
import { pause, withinTime } from './timers';
import { OwnTyping } from './typing';
import { RoomError } from './view';
import type { Ending, Person, ServerRow } from './view';

const tickMs = 1000;
const farewellMs = 3000;
/** Shorter outages are not worth a line in the thread. */
const quietOutageMs = 5000;
const joinNonceSize = 16;
const purgeTries = 5;
const checkMs = 5000;

export class Stay {
	readonly #ports: Ports;
	readonly #entered: Entered;
	readonly #show: Show;
	readonly #lasting: Lasting;
	readonly #talk: Conversation;
	readonly #mail: Mail;
	readonly #letters: Letters;
	readonly #hellos: Hellos;
	readonly #line: Line;
	readonly #ownTyping = new OwnTyping();
	readonly #timers = new Set<ReturnType<typeof setTimeout>>();
	#joined: Joined;
	#ticking: ReturnType<typeof setTimeout> | undefined;
	#unwatch: () => void = () => undefined;
	#drawDue = false;
	#downSince: number | null = null;
	#purging = false;
	#ended = false;

	constructor(entered: Entered, ports: Ports, show: Show) {
		this.#entered = entered;
		this.#ports = ports;
		this.#show = show;
		this.#joined = entered.joined;
		this.#lasting = startLasting(ports.clock, entered.joined.entry.expiresInMs);
		this.#talk = this.#makeTalk();
		this.#talk.presence.heard({ ...entered.me, author: entered.author }, entered.joined.entry.tag);
		const transport = () => this.#line.joined?.transport ?? null;
		const { vault, clock, keepsake, draw } = ports;
		this.#mail = new Mail({ vault, key: entered.key, clock, keepsake, seen: () => this.#talk.seen(), transport });
		this.#letters = this.#makeLetters();
		const later = (run: () => void, ms: number) => this.#later(run, ms);
		this.#hellos = new Hellos({ say: () => this.#greet(), count: () => this.#talk.presence.count, draw, later });
		this.#line = this.#makeLine();
	}

	get endsAt(): number {
		return this.#lasting.endsAt;
	}

	get me(): Person {
		return this.#talk.presence.me();
	}

	/** Resolves when the newest page stands on the screen. */
	async begin(): Promise<void> {
		const { author, joined, unsent } = this.#entered;
		this.#talk.notes.tell({ is: 'you-came' });
		this.#unwatch = this.#ports.signs.watch((event) => this.#onPage(event));
		this.#tick();
		await this.#mail.settle([], { author, session: joined.entry.session });
		this.#talk.startAt(joined.entry.headSeq);
		this.#line.hold(joined);
		await this.#talk.loadNewest();
		this.#letters.restore(unsent, await this.#talk.open(unsent));
	}

	send(text: string): void {
		this.#letters.send(text);
		this.#ownTyping.typed(false, this.#ports.clock.now());
	}

	retry(id: string): void {
		this.#letters.retry(id);
	}

	discard(id: string): void {
		this.#letters.discard(id);
	}

	typed(writing: boolean): void {
		if (!this.#ports.showTyping() || this.#talk.presence.count < 2 || this.#line.joined === null) return;
		const word = this.#ownTyping.typed(writing, this.#ports.clock.now());
		if (word !== null) this.#say({ type: 'typing', ...word });
	}

	loadOlder(): Promise<number> {
		return this.#talk.loadOlder();
	}

	clearScreen(): void {
		this.#talk.clear();
	}

	async bringBack(): Promise<void> {
		await this.#talk.bringBack();
	}

	/** Throws `RoomError`. */
	async letPeopleIn(): Promise<void> {
		await this.#ask((joined) => joined.transport.unlock());
	}

	/** Throws `RoomError`. */
	async serverRows(before?: number): Promise<readonly ServerRow[]> {
		return this.#ask(() => this.#talk.serverRows(before));
	}

	/** Gone from here whatever the server says to it. */
	async leave(): Promise<void> {
		const joined = this.#line.joined;
		if (joined !== null) {
			const goodbye = async () => {
				await this.#mail.say({ type: 'bye' });
				await joined.transport.leave();
			};
			// A farewell that nobody hears must not keep anybody in the room.
			await withinTime(goodbye(), farewellMs).catch(() => undefined);
		}
		this.end('left');
	}

	/** Throws `RoomError` when it can't be done now; the others may have been shown out by then. */
	async purge(): Promise<void> {
		this.#purging = true;
		try {
			await this.#ask(async ({ transport }) => {
				await this.#mail.say({ type: 'purge' });
				await insist(() => transport.purge());
			});
		} catch (error) {
			if (this.#ended) return;
			this.#purging = false;
			throw error;
		}
		this.end('you');
	}

	/** Everything stops and nothing is shown any more. */
	end(ending: Ending): void {
		if (this.#ended) return;
		this.stop();
		const nothing = { items: [], people: [], typing: [], unnamed: 0, waiting: 0 } as const;
		this.#show({ phase: 'ended', ending: this.#purging ? 'you' : ending, ...nothing });
		this.#ports.finish(this.#purging ? 'you' : ending);
	}

	/** The page goes: nothing may come in or out any more. */
	stop(): void {
		this.#ended = true;
		this.#unwatch();
		for (const timer of this.#timers) clearTimeout(timer);
		clearTimeout(this.#ticking);
		this.#line.stop();
	}

	#makeTalk(): Conversation {
		const { vault, clock, signs } = this.#ports;
		const { key, me, creator } = this.#entered;
		return new Conversation({
			...{ vault, clock, signs, key, me, creator },
			transport: () => this.#line.joined?.transport ?? null,
			roomStart: () => this.#joined.roomStart,
			ownArrived: (mid) => this.#letters.arrived(mid),
			strangerArrived: () => this.#hellos.answer(),
			purged: () => this.end('purged'),
			changed: () => this.#drawSoon(),
			report: (error) => this.#report(error)
		});
	}

	#makeLetters(): Letters {
		return new Letters({
			mail: this.#mail,
			thread: this.#talk.thread,
			me: () => this.me,
			wall: this.#ports.clock.wall,
			isUp: () => this.#line.joined !== null,
			renew: () => this.#line.renew(),
			stored: (row) => this.#talk.stored(row),
			changed: () => this.#draw(),
			report: (error) => this.#report(error)
		});
	}

	#makeLine(): Line {
		const { signs, draw, rejoin } = this.#ports;
		return new Line({
			join: () => rejoin(this.#joined.entry.session),
			isOnline: () => signs.isOnline(),
			draw,
			wait: pause,
			up: (joined) => this.#up(joined),
			down: (how) => this.#down(how),
			over: (error) => this.#over(error)
		});
	}

	#up(joined: Joined): void {
		const isFirst = joined === this.#entered.joined;
		this.#joined = joined;
		if (!isFirst) this.#mail.settle([], { session: joined.entry.session }).catch((error: unknown) => this.#report(error));
		const after = this.#talk.resume(joined.entry.headSeq);
		let begins = true;
		joined.transport.listen(after, (event) => {
			if (this.#line.joined !== joined) return;
			this.#onEvent(event);
			if (begins && event.is === 'presence') this.#hellos.arrived(joined.entry.tag);
			begins &&= event.is !== 'presence';
		});
		if (this.#downSince !== null) this.#sayConnected();
		this.#downSince = null;
		this.#show({ phase: 'open' });
		this.#letters.lineChanged();
		this.#draw();
	}

	#down(how: 'reconnecting' | 'offline'): void {
		this.#downSince ??= this.#ports.clock.now();
		this.#show({ phase: how });
		this.#letters.lineChanged();
	}

	#sayConnected(): void {
		const outage = this.#ports.clock.now() - (this.#downSince ?? 0);
		if (outage >= quietOutageMs) this.#talk.notes.tell({ is: 'connected' });
	}

	/** The way back is closed for good. */
	#over(error: unknown): void {
		const gone = error instanceof ApiFailure && error.code === 'ROOM_GONE';
		if (!gone) this.#report(error);
		this.end(gone && this.#lasting.leftMs() > tickMs ? 'purged' : gone ? 'time' : 'left');
	}

	#onEvent(event: TransportEvent): void {
		if (event.is === 'gone') return this.end(event.reason === 'purged' ? 'purged' : 'time');
		this.#talk.hearEvent(event);
	}

	#onPage(event: PageEvent): void {
		if (event === 'hidden') return this.#talk.lookedAway();
		if (event === 'offline') return;
		this.#tick();
		this.#line.wake();
		this.#check().catch((error: unknown) => this.#report(error));
	}

	/** After a sleep the socket may be dead without a sign, and the room over. */
	async #check(): Promise<void> {
		const joined = this.#line.joined;
		if (joined === null) return;
		try {
			await withinTime(joined.transport.history({ after: this.#talk.head, limit: 1 }), checkMs);
		} catch (error) {
			if (!(error instanceof ApiFailure)) throw error;
			if (this.#line.joined === joined && error.code !== 'RATE_LIMITED') this.#line.renew();
		}
	}

	#tick(): void {
		if (this.#ended) return;
		const leftMs = this.#lasting.leftMs();
		if (leftMs === 0) return this.end('time');
		this.#talk.tick();
		this.#show({ leftMs: ringStep(leftMs) });
		this.#draw();
		clearTimeout(this.#ticking);
		this.#ticking = setTimeout(() => this.#tick(), Math.min(tickMs, leftMs));
	}

	async #ask<Value>(question: (joined: Joined) => Promise<Value>): Promise<Value> {
		const joined = this.#line.joined;
		if (joined === null) throw new RoomError('server-away');
		try {
			return await question(joined);
		} catch (error) {
			throw toRoomError(error);
		}
	}

	#greet(): void {
		if (this.#line.joined === null) return;
		this.#talk.presence.greeted();
		this.#say({ type: 'hello', joinNonce: crypto.getRandomValues(new Uint8Array(joinNonceSize)) });
	}

	#say(body: Parameters<Mail['say']>[0]): void {
		this.#mail.say(body).catch((error: unknown) => {
			// Said to whoever is there; unheard, it is not said again.
			if (!(error instanceof ApiFailure)) this.#report(error);
		});
	}

	#later(run: () => void, ms: number): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			run();
		}, ms);
		this.#timers.add(timer);
	}

	#drawSoon(): void {
		if (this.#drawDue) return;
		this.#drawDue = true;
		queueMicrotask(() => this.#draw());
	}

	#draw(): void {
		this.#drawDue = false;
		if (this.#ended) return;
		const { entry } = this.#joined;
		const used = entry.used + Math.max(0, this.#talk.highest - entry.headSeq);
		this.#show({ ...this.#talk.shown(), me: this.me, waiting: this.#letters.waiting, used });
	}

	/** A fault of ours: the browser's own report, with nothing of the room in it. */
	#report(error: unknown): void {
		if (!this.#ended) reportError(error);
	}
}

/** Asks again while the server is only busy. */
async function insist(question: () => Promise<void>): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			return await question();
		} catch (error) {
			const code = error instanceof ApiFailure ? error.code : null;
			if (code === 'ROOM_GONE' || code === 'NO_SESSION') return;
			if (code === null || code === 'OFFLINE' || tries === purgeTries) throw error;
			await pause(tickMs).done;
		}
	}
}
