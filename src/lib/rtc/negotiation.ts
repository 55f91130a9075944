/** PURE. What two browsers must agree on before bytes go from one to the other, and what is refused: docs/PROTOCOL.md §13. */

/** Who offers: the smaller fingerprint, so that both never do. */
export function isOfferer(me: string, peer: string): boolean {
	return me < peer;
}

export type SdpFault = 'fingerprint' | 'setup' | 'sdes';

/**
 * `null` when a description may be used. The fingerprint is what ties the channel to the one who signed the signal: there must be
 * exactly one, of SHA-256, however often it is written.
 */
export function sdpFault(sdp: string): SdpFault | null {
	const lines = sdp.split(/\r\n|\n/);
	const of = (name: string) => lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3));
	const fingerprints = new Set(of('fingerprint').map((value) => value.toLowerCase()));
	const [fingerprint] = fingerprints;
	if (fingerprints.size !== 1 || !/^sha-256 (?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/.test(fingerprint ?? '')) return 'fingerprint';
	if (of('setup').length === 0) return 'setup';
	return of('crypto').length > 0 ? 'sdes' : null;
}

/** How the two browsers reach each other. */
export type Route = 'direct' | 'relayed';

/** What a browser says of an end of the pair in use; `type` as in RFC 8839. */
export type End = { readonly type: string; readonly address?: string; readonly port?: number };

/** Of a candidate line (RFC 8839 §5.1); `null` when it is none. */
export function parseCandidate(line: string): End | null {
	const [, , , , address, port, , type] = line.split(' ');
	return address === undefined || type === undefined ? null : { type, address, port: Number(port) };
}

/**
 * An end that the other side's check revealed before its candidate came is called `prflx`, whatever it is: then what they have
 * told of theirs decides.
 */
export function routeOf(local: End, remote: End, told: readonly End[]): Route {
	if (local.type === 'relay' || remote.type === 'relay') return 'relayed';
	if (remote.type !== 'prflx') return 'direct';
	const relays = told.filter(({ type }) => type === 'relay');
	const isOne = relays.some(({ address, port }) => address === remote.address && port === remote.port);
	return isOne || (relays.length > 0 && relays.length === told.length) ? 'relayed' : 'direct';
}
