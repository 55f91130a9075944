/**
 * The two browsers of a Direct room: who the other one is, how they find each other, and what goes from one to the other
 * (docs/PROTOCOL.md §13). The channel outlives sockets, and is made anew when the network changes or one of them is loaded anew.
 */
import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import { ApiFailure } from '../api/failure.ts';
import { isOfferer } from '../rtc/negotiation.ts';
import type { Route } from '../rtc/negotiation.ts';
import { Peer } from '../rtc/peer.ts';
import type { Sub } from '../rtc/peer.ts';
import { channelAlone, DirectTransport } from '../transport/direct.ts';
import type { Channel } from '../transport/direct.ts';
import type { Posted, RelayAccess, Transport, TransportEvent } from '../transport/transport.ts';
import type { SignalBody } from '../vault/calls.ts';
import type { DirectPorts } from './direct-ports.ts';
import type { HeardHello } from './hello.ts';
import type { DirectView } from './view.ts';

type Word = { readonly sub: Sub; readonly data: string };
/** `peer` is `null` until it can be made; what is said meanwhile waits. */
type Call = {
	readonly id: Bytes;
	readonly with: string;
	peer: Peer | null;
	readonly early: Word[];
	isFresh: boolean;
	wasOpen: boolean;
};

/** From the first word until bytes can go: after this it is said that it doesn't work. */
const connectMs = 20_000;
/** A call is not begun anew so soon because of a hello. */
const freshMs = 5000;
/** After a way was lost, the next is tried so soon, and a few times. */
const againMs = 2500;
const maxTries = 3;

export class Direct implements Channel {
	readonly #ports: DirectPorts;
	#partner: string | null = null;
	#call: Call | null = null;
	#is: DirectView['is'] = 'waiting';
	#route: Route | null = null;
	/** The person lets the other one see their address. */
	#open = false;
	/** `undefined` until the server has said: then for as long as the page is there. */
	#access: RelayAccess | null | undefined;
	/** Their page is another one than the one that we are connected to. */
	#isStale = false;
	/** The server says that they have left, and the way to them still stands. */
	#isLeaving = false;
	#isStopped = false;
	#tries = 0;
	/** Row 1 is never heard: what was said before this page was loaded is looked for below the first that is. */
	#head = 1;
	#listener: (event: TransportEvent) => void = () => undefined;
	#over: { readonly server: Transport; readonly way: DirectTransport } | null = null;
	/** The room's way without a socket. */
	readonly alone = channelAlone(this);

	constructor(ports: DirectPorts) {
		this.#ports = ports;
	}

	get head(): number {
		return this.#head;
	}

	get partner(): string | null {
		return this.#partner;
	}

	get isOpen(): boolean {
		return this.#call?.peer?.isOpen === true;
	}

	get view(): DirectView {
		const route = this.#route === null ? {} : { route: this.#route };
		return { is: this.#is, ...route, hasRelay: this.#access === undefined ? null : this.#access !== null, open: this.#open };
	}

	/** The room's way on this socket: the same one each time. */
	over(server: Transport): Transport {
		if (this.#over?.server !== server) this.#over = { server, way: new DirectTransport(server, this) };
		return this.#over.way;
	}

	send(envelope: Uint8Array): Posted {
		const peer = this.#call?.peer;
		if (peer?.isOpen !== true) throw new ApiFailure('OFFLINE');
		const env = new Uint8Array(envelope);
		peer.send(env);
		const posted = { seq: ++this.#head, t: this.#ports.seconds() };
		// As from a server, which gives everybody their own frames too.
		queueMicrotask(() => this.#listener({ is: 'envelope', ...posted, env, tag: null }));
		return { ...posted, known: false };
	}

	/** What comes over the channel, whatever becomes of the sockets. To be called once. */
	listen(listener: (event: TransportEvent) => void): void {
		this.#listener = listener;
	}

	/** Whether somebody who says hello may be the other one. Who is third is told of. */
	mayCome(fp: string): boolean {
		if (this.#partner === null || this.#partner === fp || !this.#isHeld()) return true;
		this.#ports.stranger(fp);
		return false;
	}

	/** They have answered our last hello, which no recorded word can do: the place is theirs, if it is free and they are to be seen. */
	take(fp: string): boolean {
		if (!this.mayCome(fp) || this.#ports.tagOf(fp) === null) return false;
		if (this.#partner === fp) return true;
		if (this.#partner !== null) this.#leave(this.#partner);
		this.#partner = fp;
		this.#ports.seated(fp);
		return true;
	}

	/** By the server's word, or their own: it counts once there is no way to them any more. */
	left(fp: string): void {
		if (fp !== this.#partner) return;
		if (this.isOpen) this.#isLeaving = true;
		else this.#leave(fp);
	}

	heard({ fp, reads }: HeardHello): void {
		if (fp !== this.#partner) return;
		this.#isStale ||= !reads;
		this.#isLeaving = false;
		this.#tries = 0;
		if (reads && !this.isOpen && this.#call?.isFresh !== true) this.#offer();
	}

	/** They can read us, and we them. */
	reachable(): void {
		if (this.#isStale || !this.isOpen) this.#offer();
	}

	/** Not everybody's word: it was sealed for us. Whoever it is from must take the place before anything comes of it. */
	signalled(from: string, { callId, to, sub, data }: SignalBody): void {
		if (to !== this.#ports.me || (this.#partner ?? from) !== from) return;
		const isNew = this.#call === null || toHex(this.#call.id) !== toHex(callId);
		if (isNew && (sub !== 'offer' || isOfferer(this.#ports.me, from))) return;
		if (isNew) this.#begin(callId, from);
		const call = this.#call;
		if (call?.peer == null) call?.early.push({ sub, data });
		else call.peer.take(sub, data);
	}

	/** The network is another one. */
	networkChanged(): void {
		this.#call?.peer?.restart();
	}

	/** From now on, or no more: the way is made anew. */
	setOpen(open: boolean): void {
		this.#open = open;
		this.again();
	}

	again(): void {
		this.#tries = 0;
		if (this.#partner === null) return;
		this.#hangUp();
		this.#ask();
		this.#become('connecting');
		this.#ports.later(() => this.#call === null && this.#is === 'connecting' && this.#become('failed'), connectMs);
	}

	stop(): void {
		this.#isStopped = true;
		this.#hangUp();
	}

	/** Somebody has the place, and is there. */
	#isHeld(): boolean {
		return this.isOpen || (this.#partner !== null && this.#ports.tagOf(this.#partner) !== null);
	}

	#leave(fp: string): void {
		this.#partner = null;
		this.#isLeaving = false;
		this.#hangUp();
		this.#ports.unseated(fp);
		this.#become('waiting');
	}

	/** For a new way: only one of the two offers. */
	#ask(): void {
		if (this.#partner !== null && isOfferer(this.#ports.me, this.#partner)) this.#offer();
		else this.#ports.greet();
	}

	#offer(): void {
		if (this.#partner !== null && isOfferer(this.#ports.me, this.#partner)) this.#begin(this.#ports.callId(), this.#partner);
	}

	#begin(id: Bytes, partner: string): void {
		if (this.#isStopped) return;
		this.#hangUp();
		this.#isStale = false;
		const call: Call = (this.#call = { id, with: partner, peer: null, early: [], isFresh: true, wasOpen: false });
		this.#become('connecting');
		this.#ports.later(() => (call.isFresh = false), freshMs);
		this.#ports.later(() => this.#call === call && !this.isOpen && this.#giveUp(call), connectMs);
		this.#connect(call).catch((error: unknown) => {
			if (!(error instanceof ApiFailure)) this.#ports.report(error);
			this.#giveUp(call);
		});
	}

	async #connect(call: Call): Promise<void> {
		const [configuration] = await Promise.all([this.#configuration(), this.#ports.readable()]);
		if (this.#call !== call) return;
		if (configuration === null) return this.#giveUp(call, 'exposed');
		// The place was taken by somebody else meanwhile, or by nobody.
		if (this.#partner !== call.with) return this.#giveUp(call);
		const to = call.with;
		const peer = (call.peer = new Peer({
			offers: isOfferer(this.#ports.me, to),
			open: () => this.#ports.connect(configuration),
			signal: (sub, data) => this.#call === call && this.#ports.signal({ callId: call.id, to, sub, data }),
			opened: (route) => this.#opened(call, route),
			message: (env) => this.#call === call && this.#deliver(env),
			lost: () => this.#lost(call),
			failed: () => (call.wasOpen ? this.#tryAgain(call) : this.#giveUp(call)),
			report: this.#ports.report
		}));
		for (const { sub, data } of call.early.splice(0)) peer.take(sub, data);
	}

	/**
	 * By the relay alone, so that the other one sees no address of ours, unless the person has read before that there is none, or has
	 * said otherwise: a relay that can't be had now is waited for. `null`: there is none against the server's earlier word. Throws
	 * `ApiFailure`.
	 */
	async #configuration(): Promise<RTCConfiguration | null> {
		if (this.#access === undefined) this.#access = await this.#ports.relay();
		if (this.#access === null) return this.#ports.openly || this.#open ? {} : null;
		const { urls, username, credential } = this.#access;
		return { iceServers: [{ urls: [...urls], username, credential }], iceTransportPolicy: this.#open ? 'all' : 'relay' };
	}

	#opened(call: Call, route: Route): void {
		if (this.#call !== call) return;
		const isNews = this.#is !== 'connected' || this.#route !== route;
		this.#route = route;
		call.wasOpen = true;
		this.#tries = 0;
		this.#become('connected');
		if (isNews) this.#ports.told(route);
	}

	#lost(call: Call): void {
		if (this.#call !== call) return;
		if (this.#isLeaving) return this.#leave(call.with);
		this.#become('connecting');
		// For a moment, perhaps: then it comes back by itself, or is made anew.
		this.#ports.later(() => !this.isOpen && this.#tryAgain(call), againMs);
	}

	#tryAgain(call: Call): void {
		if (this.#call !== call) return;
		if (this.#isLeaving) return this.#leave(call.with);
		if (++this.#tries > maxTries) return this.#giveUp(call);
		this.#ask();
	}

	#giveUp(call: Call, how: 'failed' | 'exposed' = 'failed'): void {
		if (this.#call !== call) return;
		this.#hangUp();
		this.#become(this.#partner === null ? 'waiting' : how);
	}

	#hangUp(): void {
		const call = this.#call;
		this.#call = null;
		this.#route = null;
		call?.peer?.close();
	}

	#become(is: DirectView['is']): void {
		this.#is = is;
		this.#ports.channelChanged();
	}

	#deliver(env: Bytes): void {
		const tag = this.#partner === null ? null : this.#ports.tagOf(this.#partner);
		this.#listener({ is: 'envelope', seq: ++this.#head, t: this.#ports.seconds(), env, tag });
	}
}
