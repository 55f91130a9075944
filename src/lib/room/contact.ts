/** One's contact with the room: the line and what is said over it, who hears it, and noticing when nobody answers. */
import type { Bytes } from '#protocol/bytes';
import { tokenKeyHintSize } from '#protocol/tokens';
import { ApiFailure } from '../api/failure.ts';
import type { Transport } from '../transport/transport.ts';
import type { Outgoing, Seen, SignalBody } from '../vault/calls.ts';
import type { Conversation } from './conversation.ts';
import type { Others } from './hear.ts';
import { Hellos } from './hello.ts';
import type { Greeter, HeardHello } from './hello.ts';
import type { Live } from './live.ts';
import { Mail } from './mail.ts';
import { NotKept } from './ports.ts';
import type { Entered, Joined, Known, Ports } from './ports.ts';
import { Line } from './reconnect.ts';
import { pause } from './timers.ts';
import type { RoomView } from './view.ts';

export type ContactPorts = {
	readonly talk: Conversation;
	readonly phase: (phase: RoomView['phase']) => void;
	/** The server has let us in again. */
	readonly joined: (joined: Joined) => void;
	readonly gone: (reason: 'ended' | 'purged') => void;
	/** The way back is closed: the server knows the room no more. */
	readonly over: () => void;
	/** Who can read us is somebody else now. */
	readonly changed: () => void;
	/** In a Direct room: messages can go out now, or can't any more. */
	readonly channelChanged: () => void;
	/** In a Direct room: the one whom they were written to has gone. */
	readonly unseated: () => void;
	readonly report: (error: unknown) => void;
};

/** Shorter outages are not worth a line in the thread. */
const quietOutageMs = 5000;
const drawNonce = (): Bytes => crypto.getRandomValues(new Uint8Array(16));

export class Contact implements Others {
	readonly mail: Mail;
	/** Where messages are sealed for their readers: who they are, and what they have not heard. */
	readonly live: Live | null;
	readonly #clock: Ports['clock'];
	readonly #ports: ContactPorts;
	readonly #first: Entered['joined'];
	readonly #line: Line;
	readonly #greeter: Greeter;
	readonly #me: string;
	readonly #tokenKeyHint: Ports['tokenKeyHint'];
	readonly #timers = new Set<ReturnType<typeof setTimeout>>();
	#latest: Known;
	#downSince: number | null = null;
	#hasToldOutage = false;

	constructor(
		{ key, joined, me, stopped }: Entered,
		{ vault, clock, keepsake, draw, signs, rejoin, tokenKeyHint, makeLive }: Ports,
		ports: ContactPorts
	) {
		const { talk, over, changed, channelChanged, report } = ports;
		this.#me = me.fp;
		this.#clock = clock;
		this.#tokenKeyHint = tokenKeyHint;
		this.#ports = ports;
		this.#first = this.#latest = joined;
		const later = (run: () => void, ms: number) => this.#later(run, ms);
		const transport = () => this.transport ?? this.live?.direct?.alone ?? null;
		const way = { seen: () => talk.seen(), said: () => this.live?.acks.said(), transport };
		const among = makeLive && (() => this.#among());
		this.mail = new Mail({ vault, key, clock, keepsake, among, ...way });
		const count = () => talk.presence.count;
		this.live =
			makeLive?.({
				...{ vault, key, mail: this.mail, draw, later, now: clock.now, changed, channelChanged, report, me: me.fp, stopped },
				hello: (nonce) => this.#greet(nonce),
				answer: (joinNonce) => void this.#answer(joinNonce),
				ack: () => this.say({ type: 'ack' }),
				isHidden: () => signs.isHidden(),
				others: () => talk.presence.others(),
				count,
				isAlone: () => talk.presence.isAlone,
				nonce: drawNonce,
				callId: drawNonce,
				signal: (signal) => this.say({ type: 'signal', ...signal }),
				relay: () => this.#line.joined?.transport.relay() ?? Promise.reject(new ApiFailure('OFFLINE')),
				tagOf: (fp) => talk.presence.tagOf(fp),
				seconds: () => Math.max(0, Math.floor((this.#latest.serverNow() - this.#latest.roomStart) / 1000)),
				told: (route) => void talk.notes.tell({ is: route === 'direct' ? 'way-direct' : 'way-relayed' }),
				seated: (fp) => this.#stopSending(fp, false),
				unseated: (fp) => {
					this.#forget(fp);
					ports.unseated();
				},
				stranger: (fp) => {
					talk.notes.third();
					this.#stopSending(fp, true);
				}
			}) ?? null;
		this.#greeter = this.live?.greetings ?? new Hellos({ say: () => this.#greet(), count, draw, later });
		this.#line = new Line({
			join: (signal) => rejoin(this.#latest.entry.session, signal),
			isOnline: () => signs.isOnline(),
			draw,
			wait: pause,
			up: (fresh) => this.#up(fresh),
			down: (how) => this.#down(how),
			gone: over,
			report
		});
	}

	/** What the newest join said. */
	get latest(): Known {
		return this.#latest;
	}

	/** `null` while there is no connection. */
	get transport(): Transport | null {
		const transport = this.#line.joined?.transport ?? null;
		return transport === null ? null : (this.live?.direct?.over(transport) ?? transport);
	}

	/** Messages can go out: from browser to browser whether or not the server is there. */
	get canSend(): boolean {
		return this.live?.direct?.isOpen ?? this.transport !== null;
	}

	begin(): void {
		const { transport } = this.#first;
		this.live?.readers.begin();
		this.live?.direct?.listen((event) => event.is === 'envelope' && this.#ports.talk.hearEvent(event));
		if (transport === undefined) this.#line.reach();
		else this.#line.hold({ ...this.#first, transport });
	}

	stop(): void {
		this.live?.direct?.stop();
		for (const timer of this.#timers) clearTimeout(timer);
		this.#line.stop();
	}

	/** The session is not known any more, or the network has gone. */
	renew(): void {
		this.#line.renew();
	}

	helloHeard(hello: HeardHello): void {
		if (this.live?.direct?.mayCome(hello.fp) === false) return;
		// A page that has had anything of ours names us, whatever key it brings.
		if (!hello.reads && !hello.seen.some(({ fp }) => fp === this.#me)) this.live?.relaying.anew(hello.fp);
		this.#greeter.heard(hello);
		this.live?.direct?.heard(hello);
	}

	helloAnswered(fp: string, joinNonce: Bytes): void {
		// Whoever answers another's hello has nothing to do with us.
		if (!this.#greeter.answered(fp, joinNonce)) return;
		this.live?.relaying.reads(fp);
		if (this.live?.direct?.take(fp) === false) this.#forget(fp);
		else this.#look().catch(this.#ports.report);
	}

	signalled(from: string, signal: SignalBody): void {
		this.live?.direct?.signalled(from, signal);
	}

	said(from: string, seen: readonly Seen[], isContent: boolean): void {
		if (this.live === null) return;
		const mine = seen.find(({ fp }) => fp === this.#me);
		if (mine !== undefined) this.live.relaying.heard(from, mine.seq);
		if (isContent) this.live.acks.heard();
	}

	left(fp: string): void {
		const { direct } = this.live ?? {};
		if (direct?.partner === fp) direct.left(fp);
		else this.#forget(fp);
		this.#dropIfAlone();
	}

	/** What waits for somebody who has gone is not for whoever comes next. */
	#dropIfAlone(): void {
		if (this.live?.relaying.isAlone === true) this.#ports.channelChanged();
	}

	/** Whom one sees in the room, and the other one of a Direct room whatever the server says of them. */
	#among(): readonly string[] {
		const partner = this.live?.direct?.partner ?? null;
		return [...this.#ports.talk.presence.expected(), ...(partner === null ? [] : [partner])];
	}

	/** Nothing is sealed for them any more, nor sent again. */
	#forget(fp: string): void {
		this.live?.relaying.left(fp);
		this.live?.readers.left(fp);
	}

	/** Whoever answers and is not here by the server's word would read unseen. */
	async #look(): Promise<void> {
		const { readers, direct } = this.live ?? {};
		await readers?.look();
		for (const fp of readers?.fps ?? []) if (this.#ports.talk.presence.hasLeft(fp) && fp !== direct?.partner) this.#forget(fp);
		if (readers?.fps.length === 1) direct?.reachable();
	}

	#stopSending(fp: string, stopped: boolean): void {
		this.live?.readers.stopSending(fp, stopped).catch(this.#ports.report);
	}

	/** Control that is said once, to whoever is there. */
	say(body: Outgoing): void {
		this.mail.say(body).catch((error: unknown) => {
			// Unheard, or with nothing left on the device to number it by, it is not said again.
			if (!(error instanceof ApiFailure || error instanceof NotKept)) this.#ports.report(error);
		});
	}

	/** Resolves when the server has answered, or 5 s later. */
	check(): Promise<void> {
		return this.#line.check((transport) => transport.history({ after: this.#ports.talk.head, limit: 1 }));
	}

	#up(joined: Joined): void {
		const { talk, phase, report } = this.#ports;
		this.#latest = joined;
		if (joined.transport !== this.#first.transport) {
			this.#ports.joined(joined);
			this.mail.settle([], { session: joined.entry.session }).catch(report);
		}
		if (this.#hasToldOutage) talk.notes.tell({ is: 'connected' });
		this.#downSince = null;
		this.#hasToldOutage = false;
		this.#listen(joined);
		phase('open');
	}

	#listen(joined: Joined): void {
		const { talk, gone } = this.#ports;
		let begins = true;
		const way = this.live?.direct?.over(joined.transport) ?? joined.transport;
		way.listen(talk.resume(joined.entry.headSeq), (event) => {
			if (this.#line.joined !== joined) return;
			if (event.is === 'gone') return gone(event.reason);
			talk.hearEvent(event);
			if (event.is === 'presence') this.#dropIfAlone();
			if (begins && event.is === 'presence') {
				begins = false;
				this.#greeter.arrived(joined.entry.tag);
			}
		});
	}

	#down(how: 'reconnecting' | 'offline'): void {
		const now = this.#clock.now();
		this.live?.greetings.lost();
		this.#downSince ??= now;
		if (now - this.#downSince >= quietOutageMs && !this.#hasToldOutage) {
			this.#hasToldOutage = true;
			this.#ports.talk.notes.tell({ is: 'dropped' });
		}
		this.#ports.phase(how);
	}

	#greet(joinNonce = drawNonce()): void {
		void this.#hint().then((tokenKeyHint) => {
			if (this.transport === null) return;
			const { talk } = this.#ports;
			talk.presence.greeted();
			talk.compareKeys(tokenKeyHint, this.#clock.wall());
			this.say({ type: 'hello', joinNonce, tokenKeyHint });
		});
	}

	async #answer(joinNonce: Bytes): Promise<void> {
		const tokenKeyHint = await this.#hint();
		if (this.transport !== null) this.say({ type: 'helloReply', joinNonce, tokenKeyHint });
	}

	/** Whatever is wrong with it, the hello is said. */
	async #hint(): Promise<Bytes> {
		try {
			return await this.#tokenKeyHint();
		} catch (error) {
			this.#ports.report(error);
			return new Uint8Array(tokenKeyHintSize);
		}
	}

	#later(run: () => void, ms: number): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			run();
		}, ms);
		this.#timers.add(timer);
	}
}
