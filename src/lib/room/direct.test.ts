import type { RelayAccess } from '../transport/transport.ts';
import { ApiFailure } from '../api/failure.ts';
import { beforeEach, expect, test } from 'vitest';
import { Direct } from './direct.ts';
import type { HeardHello } from './hello.ts';

const access: RelayAccess = { urls: ['turn:turn.example:3478'], username: '1800000000:00', credential: 'secret' };

let here: Set<string>;
let relay: () => Promise<RelayAccess | null>;
let asked: number;
let configurations: RTCConfiguration[];
let seated: string[];
let unseated: string[];
let strangers: string[];
let greetings: number;
let openly: boolean;
let direct: Direct;

/** As much of a connection as is asked for before it is connected: this one never is. */
function unconnected(): RTCPeerConnection {
	const channel = { readyState: 'connecting', close: () => undefined };
	const parts = {
		connectionState: 'new',
		remoteDescription: null,
		createDataChannel: () => channel,
		createOffer: () => Promise.resolve({ type: 'offer', sdp: '' }),
		setLocalDescription: () => Promise.resolve(),
		close: () => undefined
	};
	return parts as unknown as RTCPeerConnection; // The browser's own tests connect real ones: peer.browser.test.ts.
}

beforeEach(() => {
	here = new Set(['bo', 'cy']);
	relay = () => Promise.resolve(access);
	[asked, configurations, seated, unseated, strangers, greetings] = [0, [], [], [], [], 0];
	openly = false;
	direct = new Direct({
		me: 'ada',
		get openly() {
			return openly;
		},
		signal: () => undefined,
		readable: () => Promise.resolve(),
		relay: () => {
			asked++;
			return relay();
		},
		connect: (configuration) => {
			configurations.push(configuration);
			return unconnected();
		},
		callId: () => crypto.getRandomValues(new Uint8Array(16)),
		tagOf: (fp) => (here.has(fp) ? `tag of ${fp}` : null),
		seconds: () => 0,
		greet: () => greetings++,
		told: () => undefined,
		seated: (fp) => seated.push(fp),
		unseated: (fp) => unseated.push(fp),
		stranger: (fp) => strangers.push(fp),
		channelChanged: () => undefined,
		later: () => undefined,
		report: (error) => {
			throw error;
		}
	});
});

const steps = () => new Promise((resolve) => setImmediate(resolve));
const hello = (fp: string): HeardHello => ({
	...{ fp, joinNonce: new Uint8Array(16), isNewcomer: true, isStranger: true, reads: false, seen: [] }
});

test('by the relay alone where there is one, until the person says otherwise', async () => {
	direct.take('bo');
	direct.reachable();
	await steps();
	expect(configurations.map(({ iceTransportPolicy }) => iceTransportPolicy)).toEqual(['relay']);
	direct.setOpen(true);
	await steps();
	direct.setOpen(false);
	await steps();
	expect(configurations.map(({ iceTransportPolicy }) => iceTransportPolicy)).toEqual(['relay', 'all', 'relay']);
	expect(direct.view).toMatchObject({ is: 'connecting', hasRelay: true, open: false });
});

test('a relay that can’t be had now is not done without: no connection is made', async () => {
	relay = () => Promise.reject(new ApiFailure('RATE_LIMITED'));
	direct.take('bo');
	direct.reachable();
	await steps();
	expect(configurations).toEqual([]);
	expect(direct.view).toEqual({ is: 'failed', hasRelay: null, open: false });
	relay = () => Promise.resolve(access);
	direct.again();
	await steps();
	expect(configurations).toHaveLength(1);
});

test('without the relay that the server spoke of no connection is made until the person says so', async () => {
	relay = () => Promise.resolve(null);
	direct.take('bo');
	direct.reachable();
	await steps();
	expect([direct.view.is, configurations]).toEqual(['exposed', []]);
	direct.again();
	await steps();
	expect([direct.view.is, configurations]).toEqual(['exposed', []]);
	direct.setOpen(true);
	await steps();
	expect([direct.view.is, configurations]).toEqual(['connecting', [{}]]);
});

test('where there was never a word of a relay, and the person has read so, the browsers do without', async () => {
	openly = true;
	relay = () => Promise.resolve(null);
	direct.take('bo');
	direct.reachable();
	await steps();
	expect(configurations).toEqual([{}]);
	expect(direct.view.hasRelay).toBe(false);
	direct.again();
	await steps();
	expect([asked, configurations.length]).toEqual([1, 2]);
});

test('credentials are fetched once, however often the way is made', async () => {
	direct.take('bo');
	for (let n = 0; n < 6; n++) {
		direct.again();
		await steps();
	}
	expect([asked, configurations.length]).toEqual([1, 6]);
});

test('a hello takes no place: whoever answers first does, and a third is refused and told of', () => {
	expect(direct.mayCome('cy')).toBe(true);
	direct.heard(hello('cy'));
	expect(direct.partner).toBeNull();
	expect(direct.take('bo')).toBe(true);
	expect([direct.mayCome('cy'), direct.take('cy')]).toEqual([false, false]);
	expect(strangers).toEqual(['cy', 'cy']);
	expect([direct.partner, seated]).toEqual(['bo', ['bo']]);
});

test('whom the server does not name takes no place, whatever they answer: nobody would see them', () => {
	expect(direct.take('unseen')).toBe(false);
	expect([direct.partner, strangers]).toEqual([null, []]);
});

test('the place is free again when the other one has left, or the server names them no more', () => {
	direct.take('bo');
	direct.left('bo');
	expect([direct.partner, unseated]).toEqual([null, ['bo']]);
	direct.take('bo');
	here.delete('bo');
	expect(direct.take('cy')).toBe(true);
	expect([direct.partner, unseated, strangers]).toEqual(['cy', ['bo', 'bo'], []]);
});

test('the one who does not offer asks for an offer', async () => {
	here.add('aaa');
	direct.take('aaa');
	direct.reachable();
	await steps();
	expect(configurations).toEqual([]);
	direct.again();
	expect(greetings).toBe(1);
});

test('nothing is begun once one has gone', async () => {
	direct.take('bo');
	direct.stop();
	direct.reachable();
	await steps();
	expect([asked, configurations]).toEqual([0, []]);
});

test('what was said before this page was loaded is never taken for missing: row 1 is not its own', () => {
	expect(direct.head).toBe(1);
	expect(() => direct.send(new Uint8Array(4))).toThrow(ApiFailure);
});
