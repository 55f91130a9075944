import { expect, test } from 'vitest';
import { isOfferer, parseCandidate, routeOf, sdpFault } from './negotiation.ts';

const hex = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':');
const lines = ['v=0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', `a=fingerprint:sha-256 ${hex}`, 'a=setup:actpass'];
const sdp = (...more: readonly string[]) => [...lines, ...more].join('\r\n');

test('exactly one of two offers', () => {
	expect(isOfferer('0a', '0b')).toBe(true);
	expect(isOfferer('0b', '0a')).toBe(false);
});

test('a description with one fingerprint and a setup may be used, be the fingerprint written twice', () => {
	expect(sdpFault(sdp())).toBeNull();
	expect(sdpFault(sdp(`a=fingerprint:sha-256 ${hex.toLowerCase()}`))).toBeNull();
	expect(sdpFault(lines.join('\n'))).toBeNull();
});

test('none without a fingerprint, with two, or with one of another hash', () => {
	expect(sdpFault(lines.filter((line) => !line.includes('fingerprint')).join('\r\n'))).toBe('fingerprint');
	expect(sdpFault(sdp(`a=fingerprint:sha-256 ${hex.replace('00', 'FF')}`))).toBe('fingerprint');
	expect(sdpFault(sdp().replace('sha-256', 'sha-1'))).toBe('fingerprint');
	expect(sdpFault(sdp(`a=fingerprint:sha-512 ${hex}`))).toBe('fingerprint');
	expect(sdpFault(sdp().replace(':1F', ''))).toBe('fingerprint');
});

test('none without a setup, nor with keys in it', () => {
	expect(sdpFault(lines.filter((line) => !line.includes('setup')).join('\r\n'))).toBe('setup');
	expect(sdpFault(sdp('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc'))).toBe('sdes');
});

const relay = { type: 'relay', address: '192.0.2.7', port: 50_000 };
const host = { type: 'host', address: '198.51.100.2', port: 40_000 };

test('one relayed end makes the whole way a relayed one', () => {
	expect(routeOf(host, { type: 'srflx' }, [])).toBe('direct');
	expect(routeOf(relay, host, [host])).toBe('relayed');
	expect(routeOf({ type: 'prflx' }, relay, [])).toBe('relayed');
});

test('an end that showed itself before it was told of is what it is told to be', () => {
	const seen = { ...relay, type: 'prflx' };
	expect(routeOf(host, seen, [host, relay])).toBe('relayed');
	expect(routeOf(host, { ...seen, port: 50_001 }, [relay])).toBe('relayed');
	expect(routeOf(host, { ...seen, port: 50_001 }, [host, relay])).toBe('direct');
	expect(routeOf(host, seen, [])).toBe('direct');
});

test('a candidate line tells kind, address and port', () => {
	const line = 'candidate:842163049 1 udp 1677729535 192.0.2.7 50000 typ relay raddr 0.0.0.0 rport 0 generation 0';
	expect(parseCandidate(line)).toEqual(relay);
	for (const none of ['', 'candidate:1 1 udp']) expect(parseCandidate(none)).toBeNull();
});
