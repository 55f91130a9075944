/**
 * A way from this browser to one other: an RTCPeerConnection of its own with one ordered data channel, made anew whenever somebody
 * offers anew. What must be said to the other for it goes by `signal`, sealed for them alone (docs/PROTOCOL.md §13).
 */
import type { Bytes } from '#protocol/bytes';
import { parseCandidate, routeOf, sdpFault } from './negotiation.ts';
import type { End, Route } from './negotiation.ts';

export type Sub = 'offer' | 'answer' | 'candidate' | 'end';

export type PeerPorts = {
	/** Whether this side makes the offers. */
	readonly offers: boolean;
	readonly open: () => RTCPeerConnection;
	readonly signal: (sub: Sub, data: string) => void;
	readonly opened: (route: Route) => void;
	readonly message: (bytes: Bytes) => void;
	/** For the moment, or for good: `offers` tries again by itself. */
	readonly lost: () => void;
	/** The browsers can't reach each other, or the other one's word can't be used. */
	readonly failed: (why: 'unreachable' | 'refused') => void;
	readonly report: (error: unknown) => void;
};

const label = 'epr1';

export class Peer {
	readonly #ports: PeerPorts;
	readonly #connection: RTCPeerConnection;
	readonly #channel: RTCDataChannel;
	/** Candidates may come before the description that they belong to. */
	#early: RTCIceCandidateInit[] = [];
	/** Candidates of the other side. */
	readonly #told: End[] = [];
	#isClosed = false;
	#turn: Promise<void> = Promise.resolve();

	constructor(ports: PeerPorts) {
		this.#ports = ports;
		const connection = (this.#connection = ports.open());
		const channel = (this.#channel = connection.createDataChannel(label, { negotiated: true, id: 0, ordered: true }));
		channel.binaryType = 'arraybuffer';
		channel.onopen = () => this.#do(() => this.#tellRoute());
		channel.onclose = () => this.#isClosed || ports.lost();
		channel.onmessage = ({ data }) => data instanceof ArrayBuffer && ports.message(new Uint8Array(data));
		connection.onicecandidate = ({ candidate }) => {
			if (candidate === null || candidate.candidate === '') ports.signal('end', '');
			else ports.signal('candidate', candidate.candidate);
		};
		connection.onconnectionstatechange = () => this.#stateChanged();
		if (ports.offers) this.#do(() => this.#offer());
	}

	get isOpen(): boolean {
		// A channel stays open for minutes after the way under it has gone.
		return this.#channel.readyState === 'open' && this.#connection.connectionState === 'connected';
	}

	/** Throws when it isn't open. */
	send(bytes: Bytes): void {
		this.#channel.send(bytes);
	}

	/** The other one's word. */
	take(sub: Sub, data: string): void {
		this.#do(() => this.#take(sub, data));
	}

	/** The network is another one: other candidates, the same keys. */
	restart(): void {
		if (!this.#ports.offers || this.#isClosed) return;
		this.#connection.restartIce();
		this.#do(() => this.#offer());
	}

	close(): void {
		this.#isClosed = true;
		this.#channel.close();
		this.#connection.close();
	}

	/** One step after the other: a description is set before the next word is heard. */
	#do(step: () => Promise<void>): void {
		this.#turn = this.#turn
			.then(() => (this.#isClosed ? undefined : step()))
			.catch((error: unknown) => {
				// What is under way when the connection is closed fails.
				if (this.#isClosed) return;
				this.#ports.report(error);
				this.#ports.failed('unreachable');
			});
	}

	async #offer(): Promise<void> {
		await this.#connection.setLocalDescription(await this.#connection.createOffer());
		this.#say('offer');
	}

	#say(sub: 'offer' | 'answer'): void {
		this.#ports.signal(sub, this.#connection.localDescription?.sdp ?? '');
	}

	async #take(sub: Sub, data: string): Promise<void> {
		if (sub === 'candidate' || sub === 'end') return this.#candidate(data);
		if ((sub === 'answer') !== this.#ports.offers) return;
		if (sdpFault(data) !== null) return this.#ports.failed('refused');
		await this.#connection.setRemoteDescription({ type: sub, sdp: data });
		for (const candidate of this.#early.splice(0)) await this.#connection.addIceCandidate(candidate);
		if (sub === 'answer') return;
		await this.#connection.setLocalDescription(await this.#connection.createAnswer());
		this.#say('answer');
	}

	async #candidate(candidate: string): Promise<void> {
		const init = { candidate, sdpMid: '0', sdpMLineIndex: 0 };
		const told = parseCandidate(candidate);
		if (told !== null) this.#told.push(told);
		if (this.#connection.remoteDescription === null) this.#early.push(init);
		else await this.#connection.addIceCandidate(init);
		await this.#tellRoute();
	}

	#stateChanged(): void {
		const { connectionState } = this.#connection;
		if (this.#isClosed) return;
		if (connectionState === 'connected') this.#do(() => this.#tellRoute());
		if (connectionState === 'disconnected') {
			this.#ports.lost();
			this.restart();
		}
		if (connectionState === 'failed') this.#ports.failed('unreachable');
	}

	async #tellRoute(): Promise<void> {
		if (!this.isOpen) return;
		const [local, remote] = await pairIn(this.#connection);
		this.#ports.opened(routeOf(local, remote, this.#told));
	}
}

/** The two ends that are in use. */
async function pairIn(connection: RTCPeerConnection): Promise<readonly [End, End]> {
	const stats = await connection.getStats();
	let pairId: string | undefined;
	stats.forEach((entry) => (pairId ??= entry.type === 'transport' ? entry.selectedCandidatePairId : undefined));
	const pair = pairId === undefined ? undefined : stats.get(pairId);
	const endOf = (id: string | undefined): End => {
		const { candidateType: type = '', address, port } = (id === undefined ? undefined : stats.get(id)) ?? {};
		return { type, address, port };
	};
	return [endOf(pair?.localCandidateId), endOf(pair?.remoteCandidateId)];
}
