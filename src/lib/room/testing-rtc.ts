/** For tests: browsers' own connections, played by ones that note what they are told. */
import { afterEach, beforeEach, vi } from 'vitest';

type Description = { readonly sdp: string };
type Channel = { readyState: string; onopen: () => void; onclose: () => void; onmessage: (event: { data: ArrayBuffer }) => void };

/** As much of an RTCPeerConnection as `Peer` asks for; two of them are connected once each has the other's description. */
class Played {
	connectionState = 'new';
	localDescription: Description | null = null;
	remoteDescription: Description | null = null;
	onicecandidate: (event: { candidate: { candidate: string } | null }) => void = () => undefined;
	onconnectionstatechange = (): void => undefined;
	/** What the other side is said to have said. */
	readonly heard: string[] = [];
	readonly #channel: Channel & { close(): void; send(bytes: Uint8Array): void };
	readonly #made: Played[];
	readonly #number: number;

	constructor(made: Played[]) {
		this.#made = made;
		this.#number = made.push(this);
		const nothing = () => undefined;
		this.#channel = {
			...{ readyState: 'connecting', onopen: nothing, onclose: nothing, onmessage: nothing, close: nothing },
			send: (bytes) => this.#other?.hear(new Uint8Array(bytes).buffer)
		};
	}

	get said(): readonly string[] {
		return this.localDescription === null ? [] : [this.localDescription.sdp, this.#candidate];
	}

	get #candidate(): string {
		return `candidate:1 1 udp 2113937151 192.0.2.${this.#number} 50000 typ host`;
	}

	get #other(): Played | undefined {
		return this.#made.find((each) => each.localDescription !== null && each.localDescription.sdp === this.remoteDescription?.sdp);
	}

	hear(data: ArrayBuffer): void {
		this.#channel.onmessage({ data });
	}

	createDataChannel(): unknown {
		return this.#channel;
	}

	async createOffer(): Promise<Description> {
		const octet = this.#number.toString(16).padStart(2, '0');
		return { sdp: `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => octet).join(':')}\r\na=setup:actpass\r\n` };
	}

	createAnswer(): Promise<Description> {
		return this.createOffer();
	}

	async setLocalDescription(description: Description): Promise<void> {
		this.localDescription = description;
		queueMicrotask(() => {
			this.onicecandidate({ candidate: { candidate: this.#candidate } });
			this.onicecandidate({ candidate: null });
		});
		this.#meet();
	}

	async setRemoteDescription(description: Description): Promise<void> {
		this.heard.push(description.sdp);
		this.remoteDescription = description;
		this.#meet();
	}

	async addIceCandidate({ candidate }: { readonly candidate: string }): Promise<void> {
		if (candidate !== '') this.heard.push(candidate);
	}

	async getStats(): Promise<ReadonlyMap<string, never>> {
		return new Map<string, never>();
	}

	close(): void {
		const other = this.connectionState === 'connected' ? this.#other : undefined;
		this.connectionState = 'closed';
		if (other !== undefined) other.#lose();
	}

	#lose(): void {
		this.connectionState = 'disconnected';
		this.#channel.readyState = 'closed';
		this.#channel.onclose();
	}

	#meet(): void {
		const other = this.#other;
		if (other?.remoteDescription == null || other.remoteDescription.sdp !== this.localDescription?.sdp) return;
		for (const end of [this, other]) queueMicrotask(() => end.#open());
	}

	#open(): void {
		this.connectionState = 'connected';
		this.#channel.readyState = 'open';
		this.#channel.onopen();
	}
}

/** To be called once, at the top of a file: its pages connect by these. All that a test has made, growing. */
export function playedConnections(): Played[] {
	const made: Played[] = [];
	beforeEach(() => {
		made.length = 0;
		vi.stubGlobal(
			'RTCPeerConnection',
			class extends Played {
				constructor() {
					super(made);
				}
			}
		);
	});
	afterEach(() => vi.unstubAllGlobals());
	return made;
}
