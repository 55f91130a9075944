/** One person's stay in a room, from the door to the end: where contact, vault and conversation meet. */
import type { BurnSeconds } from '#protocol/burn';
import type { Transport } from '../transport/transport.ts';
import { Beat } from './beat.ts';
import { Contact } from './contact.ts';
import { Conversation } from './conversation.ts';
import { Doubt } from './doubt.ts';
import { ringStep, startLasting } from './lasting.ts';
import type { Lasting } from './lasting.ts';
import { passPurgeOn, purgeRoom, sayGoodbye } from './leaving.ts';
import { Letters } from './letters.ts';
import type { Live } from './live.ts';
import type { Entered, Known, PageEvent, Ports } from './ports.ts';
import { toRoomError } from './problems.ts';
import { nothing } from './shown.ts';
import type { Show } from './shown.ts';
import { Sight } from './sight.ts';
import { OwnTyping } from './typing.ts';
import { RoomError } from './view.ts';
import type { Ending, Person, RoomView, ServerRow } from './view.ts';

const tickMs = 1000;
/** A room that is gone so near to its end was not purged. */
const endSlackMs = 5000;

export class Stay {
	readonly #ports: Ports;
	readonly #entered: Entered;
	readonly #show: Show;
	#lasting: Lasting;
	readonly #talk: Conversation;
	readonly #contact: Contact;
	readonly #letters: Letters;
	readonly #ownTyping = new OwnTyping();
	readonly #beat: Beat;
	readonly #doubt: Doubt;
	readonly #sight: Sight;
	#unwatch: () => void = () => undefined;
	#drawDue = false;
	#purging = false;
	#ended = false;

	constructor(entered: Entered, ports: Ports, show: Show) {
		this.#entered = entered;
		this.#ports = ports;
		this.#show = show;
		this.#lasting = startLasting(ports.clock, entered.joined.entry.expiresInMs);
		this.#doubt = new Doubt(ports.clock);
		this.#beat = new Beat(ports.clock.now, () => this.#tick());
		const talk = (this.#talk = this.#makeTalk());
		talk.presence.heard({ ...entered.me, author: entered.author }, entered.joined.entry.tag, 0);
		// A room that keeps nothing also ends when everybody has left.
		const early: Ending = ports.makeLive === undefined ? 'purged' : 'gone';
		this.#contact = new Contact(entered, ports, {
			talk,
			phase: (phase) => this.#phase(phase),
			joined: ({ entry }) => this.#startAgain(entry),
			gone: (reason) => this.end(reason === 'purged' ? 'purged' : 'time'),
			over: () => this.end(this.#lasting.leftMs() > endSlackMs ? early : 'time'),
			changed: () => this.#drawSoon(),
			channelChanged: () => this.#letters.lineChanged(),
			unseated: () => this.#letters.abandon(),
			report: (error) => this.#report(error)
		});
		this.#sight = new Sight({ clock: ports.clock, check: () => this.#contact.check(), draw: () => this.#draw() });
		this.#letters = this.#makeLetters();
	}

	get endsAt(): number {
		return this.#lasting.endsAt;
	}

	get me(): Person {
		return this.#talk.presence.me();
	}

	/** Resolves when the newest page is shown; `inside` is called before, unless own words must be put in their place first. */
	async begin(inside?: () => void): Promise<void> {
		const { author, joined, unsent } = this.#entered;
		this.#talk.startAt(this.live?.direct?.head ?? joined.entry.headSeq);
		this.#talk.notes.tell({ is: 'you-came' });
		this.#unwatch = this.#ports.signs.watch((event) => this.#onPage(event));
		this.#tick();
		await this.#contact.mail.settle([], { author, session: joined.entry.session });
		this.#contact.begin();
		if (unsent.length > 0) await this.#talk.loadNewest(); // It says which of them have arrived.
		await this.#letters.restore(unsent, await this.#talk.open(unsent));
		if (unsent.length > 0) return;
		inside?.();
		await this.#talk.loadNewest();
	}

	send(text: string, burnSeconds?: BurnSeconds): void {
		this.#drawSoon(setTimeout); // The key worker is asked first, and works while this is drawn.
		this.#letters.send(text, burnSeconds);
		this.#ownTyping.typed(false, this.#ports.clock.now());
	}

	retry(id: string): void {
		this.#letters.retry(id);
	}

	discard(id: string): void {
		this.#letters.discard(id);
	}

	typed(writing: boolean): void {
		if (!this.#ports.showTyping() || this.#talk.presence.count < 2 || this.#contact.transport === null) return;
		const word = this.#ownTyping.typed(writing, this.#ports.clock.now());
		if (word !== null) this.#contact.say({ type: 'typing', ...word });
	}

	loadOlder(): Promise<number> {
		return this.#talk.loadOlder();
	}

	clearScreen(): void {
		this.#talk.clear();
	}

	bringBack(): Promise<void> {
		return this.#talk.bringBack();
	}

	/** Throws `RoomError`. */
	async letPeopleIn(): Promise<void> {
		await this.#ask((transport) => transport.unlock());
	}

	/** Where messages are sealed for their readers. */
	get live(): Live | null {
		return this.#contact.live;
	}

	async safetyWords(): Promise<readonly string[] | null> {
		const partner = this.live?.direct?.partner ?? null;
		return partner === null ? null : this.#talk.safetyWords(partner);
	}

	/** Throws `RoomError`. */
	async serverRows(before?: number): Promise<readonly ServerRow[]> {
		return this.#ask(() => this.#talk.serverRows(before));
	}

	async leave(): Promise<void> {
		const transport = this.#contact.transport;
		if (transport !== null) await sayGoodbye(this.#contact.mail, transport);
		this.end('left');
	}

	/** Throws `RoomError` when it can't be done now; the others may have been shown out by then. */
	async purge(): Promise<void> {
		this.#purging = true;
		try {
			await this.#ask((transport) => purgeRoom(this.#contact.mail, transport));
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
		const how = this.#purging ? 'you' : ending;
		this.#show({ ...nothing, phase: 'ended', ending: how });
		this.#ports.finish(how, this.#letters.unsent);
	}

	/** The page goes: nothing may come in or out any more. */
	stop(): void {
		this.#ended = true;
		this.#unwatch();
		this.#beat.stop();
		this.#letters.stop();
		this.#contact.stop();
	}

	#makeTalk(): Conversation {
		const { vault, clock, signs, shelf } = this.#ports;
		const { key, me, creator } = this.#entered;
		return new Conversation({
			...{ vault, clock, signs, key, me, creator, ...(shelf && { shelf }) },
			transport: () => this.#contact.transport,
			roomStart: () => this.#contact.latest.roomStart,
			serverNow: () => this.#contact.latest.serverNow(),
			ownArrived: (mid) => this.#letters.arrived(mid),
			keepsRows: this.#ports.makeLive === undefined,
			others: () => this.#contact,
			purged: () => void passPurgeOn(this.#contact.transport).then(() => this.end('purged')),
			changed: () => this.#drawSoon(),
			report: (error) => this.#report(error)
		});
	}

	#makeLetters(): Letters {
		return new Letters({
			...{ mail: this.#contact.mail, relaying: this.#contact.live?.relaying, waiting: this.#ports.waiting },
			thread: this.#talk.thread,
			me: () => this.me,
			nickOf: (fp) => this.#talk.presence.nickOf(fp),
			wall: this.#ports.clock.wall,
			serverNow: () => this.#contact.latest.serverNow(),
			roomStart: () => this.#contact.latest.roomStart,
			isUp: () => this.#contact.canSend,
			renew: () => this.#contact.renew(),
			stored: (row) => this.#talk.stored(row),
			changed: () => this.#drawSoon(),
			report: (error) => this.#report(error)
		});
	}

	#phase(phase: RoomView['phase']): void {
		if (phase !== 'reconnecting') this.#sight.answered();
		this.#show({ phase });
		this.#letters.lineChanged();
		this.#draw();
	}

	#onPage(event: PageEvent): void {
		if (event === 'hidden') {
			this.#sight.lost();
			return this.#talk.lookedAway();
		}
		// The socket doesn't hear of it: without a word its end would only be noticed by silence.
		if (event === 'offline') return this.#contact.renew();
		if (event === 'online') this.live?.direct?.networkChanged();
		this.#tick();
		if (!this.#ended) void this.#sight.again(event === 'visible');
	}

	#tick(): void {
		const leftMs = this.#lasting.leftMs();
		const doubtMs = leftMs === 0 && this.#lasting.steadyLeftMs() > 0 ? this.#doubtMs() : 0;
		if (leftMs === 0 && doubtMs === 0) return this.end('time');
		this.#talk.tick();
		if (leftMs > 0) this.#show({ leftMs: ringStep(leftMs) });
		this.#beat.begun();
		this.#beat.in(Math.min(tickMs, leftMs || doubtMs));
		this.#draw();
	}

	/** For so long nothing ends or burns, and nothing is to be seen: one clock has jumped, and the server is being asked. */
	#doubtMs(): number {
		if (this.#lasting.hasJumped() && this.#doubt.arises(this.#ports.signs.isOnline())) this.#contact.renew();
		return this.#doubt.leftMs();
	}

	/** Once the clocks agree, or nobody has answered in time. */
	#burnDue(): void {
		const doubtMs = this.#doubtMs();
		if (doubtMs > 0) return this.#beat.in(doubtMs);
		this.#talk.burnDue();
		this.#letters.beforeDrawing();
		this.#beat.in(this.#talk.nextStepMs());
	}

	#startAgain({ expiresInMs, people }: Known['entry']): void {
		this.#lasting = this.#lasting.again(expiresInMs);
		this.#doubt.ends();
		this.#show({ endsAt: this.#lasting.endsAt, peopleLimit: people });
	}

	async #ask<Value>(question: (transport: Transport) => Promise<Value>): Promise<Value> {
		const transport = this.#contact.transport;
		if (transport === null) throw new RoomError('server-away');
		try {
			return await question(transport);
		} catch (error) {
			throw toRoomError(error);
		}
	}

	#drawSoon(soon: (draw: () => void) => void = queueMicrotask): void {
		if (this.#drawDue) return;
		this.#drawDue = true;
		soon(() => this.#draw());
	}

	#draw(): void {
		this.#drawDue = false;
		if (this.#ended) return;
		this.#burnDue();
		const { entry, serverNow } = this.#contact.latest;
		const used = entry.used + Math.max(0, this.#talk.highest - entry.headSeq);
		if (!this.#ports.signs.isHidden()) this.#ports.shelf?.seen(this.#talk.head, this.#lasting.endsAt);
		const { live } = this;
		if (live) this.#show({ readers: live.readers.fps, stopped: live.readers.stopped, direct: live.direct?.view ?? null });
		const said = { covered: this.#sight.isBack || this.#doubt.leftMs() > 0, me: this.me, cap: entry.cap, used, now: serverNow() };
		this.#show({ ...this.#talk.shown(), ...this.#letters.shown(), ...said });
	}

	/** A fault of ours: the browser's own report, with nothing of the room in it. */
	#report(error: unknown): void {
		if (!this.#ended) reportError(error);
	}
}
