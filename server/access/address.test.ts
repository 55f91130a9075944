import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientAddress, createAddresses, parseTrustedProxies } from './address.ts';

function start() {
	let at = 1_800_000_000_000;
	return { addresses: createAddresses({ now: () => at, randomBytes }), advance: (ms: number) => (at += ms) };
}

test.each([
	['198.51.100.7', '198.51.100.250', true],
	['198.51.100.7', '198.51.101.7', false],
	['::ffff:198.51.100.7', '198.51.100.9', true],
	['2001:db8:1::1', '2001:db8:1:ffff::2', true],
	['2001:db8:1::1', '2001:0DB8:0001:0:0:0:0:9', true],
	['2001:db8:1::1', '2001:db8:2::1', false],
	['::1', '::2', true],
	['fe80::1%eth0', 'fe80::2', true],
	['', 'nonsense', true]
])('%s and %s are one network: %s', (one, other, same) => {
	const { addresses } = start();
	expect(addresses.prefix(one) === addresses.prefix(other)).toBe(same);
});

test('the name of a network says nothing of the address and changes every hour', () => {
	const { addresses, advance } = start();
	const name = addresses.prefix('198.51.100.7');
	expect(name).toMatch(/^[0-9a-f]{32}$/);
	advance(3_599_999);
	expect(addresses.prefix('198.51.100.7')).toBe(name);
	advance(1);
	expect(addresses.prefix('198.51.100.7')).not.toBe(name);
});

const trusted = parseTrustedProxies(['127.0.0.1', '10.0.0.0/8', '2001:db8:ff::/48']);

test.each([
	['a direct caller can not name another address', '203.0.113.5', '198.51.100.7', '203.0.113.5'],
	['a proxy of ours names the client', '127.0.0.1', '198.51.100.7', '198.51.100.7'],
	['what the client wrote itself is not believed', '127.0.0.1', '1.2.3.4, 198.51.100.7', '198.51.100.7'],
	['several proxies of ours are passed over', '10.0.0.1', '1.2.3.4, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
	['a mapped proxy address is the same proxy', '::ffff:127.0.0.1', '198.51.100.7', '198.51.100.7'],
	['an IPv6 proxy and client', '2001:db8:ff::9', '2001:db8:1::7', '2001:db8:1::7'],
	['a hop that is no address ends the search', '127.0.0.1', '198.51.100.7, unknown', '127.0.0.1'],
	['only proxies of ours', '127.0.0.1', '10.0.0.2', '10.0.0.2']
])('%s', (_, remote, forwarded, client) => {
	expect(clientAddress(remote, forwarded, trusted)).toBe(client);
});

test('without the header the caller is the client', () => {
	expect(clientAddress('127.0.0.1', undefined, trusted)).toBe('127.0.0.1');
});

test.each([['proxy.example'], ['10.0.0.0/33'], ['10.0.0.0/8/8'], ['10.0.0.0/x'], ['']])('%s is not a proxy range', (entry) => {
	expect(() => parseTrustedProxies([entry])).toThrow('trusted proxies');
});
