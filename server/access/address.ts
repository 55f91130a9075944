/** Where a request comes from, as far as limits need it: a network prefix, keyed, in RAM (docs/PROTOCOL.md §16.5, §17). */
import { createHmac } from 'node:crypto';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

export type Addresses = {
	/** Hex name of the address's IPv4 /24 or IPv6 /48 for this hour; the same for everything that is not an address. */
	prefix(address: string): string;
	/** The same under a key that lives as long as the process: for what is counted while it lasts, open sockets. */
	network(address: string): string;
};

const keyLifeMs = 3_600_000;

export function createAddresses(options: {
	readonly now: () => number;
	readonly randomBytes: (size: number) => Uint8Array;
}): Addresses {
	const lastingKey = options.randomBytes(32);
	let key = options.randomBytes(32);
	let madeAt = options.now();
	return {
		prefix(address) {
			if (options.now() - madeAt >= keyLifeMs) {
				key = options.randomBytes(32);
				madeAt = options.now();
			}
			return nameOf(address, key);
		},
		network: (address) => nameOf(address, lastingKey)
	};
}

function nameOf(address: string, key: Uint8Array): string {
	return createHmac('sha256', key).update(networkOf(address)).digest('hex').slice(0, 32);
}

/** The client of a request: the nearest hop that is not a proxy of ours. A header is believed only when such a proxy wrote it. */
export function clientAddress(remoteAddress: string, forwardedFor: string | undefined, trusted: BlockList): string {
	let address = plain(remoteAddress);
	for (const hop of (forwardedFor ?? '').split(',').reverse()) {
		const before = plain(hop.trim());
		if (!isTrusted(address, trusted) || isIP(before) === 0) break;
		address = before;
	}
	return address;
}

/** From addresses and CIDR ranges, e.g. `['127.0.0.1', '10.0.0.0/8']`. Throws on anything else. */
export function parseTrustedProxies(entries: readonly string[]): BlockList {
	const list = new BlockList();
	for (const entry of entries) {
		const [network = '', bits, rest] = entry.split('/');
		const family = familyOf(network);
		const most = family === 'ipv4' ? 32 : 128;
		const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
		if (family === null || length < 0 || length > most || rest !== undefined) {
			throw new Error('trusted proxies: expected addresses or ranges like 10.0.0.0/8');
		}
		list.addSubnet(network, length, family);
	}
	return list;
}

function isTrusted(address: string, trusted: BlockList): boolean {
	const family = familyOf(address);
	return family !== null && trusted.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
	if (isIPv4(address)) return 'ipv4';
	return isIPv6(address) ? 'ipv6' : null;
}

/** A socket that listens on IPv6 shows IPv4 peers as `::ffff:a.b.c.d`. */
function plain(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

function networkOf(address: string): string {
	const text = plain(address);
	if (isIPv4(text)) return text.split('.').slice(0, 3).join('.');
	return isIPv6(text) ? groupsOf(text).slice(0, 3).join(':') : '';
}

/** The eight groups of an IPv6 address without leading zeros, `::` and zone written out (RFC 4291 §2.2). */
function groupsOf(address: string): readonly string[] {
	const canonical = new URL(`http://[${address.split('%')[0] ?? ''}]`).hostname.slice(1, -1);
	const [head = '', tail] = canonical.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const missing = tail === undefined ? 0 : 8 - before.length - after.length;
	return [...before, ...Array.from({ length: missing }, () => '0'), ...after];
}
