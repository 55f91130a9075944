import { afterEach, expect, test } from 'vitest';
import type { Route } from './negotiation.ts';
import { Peer } from './peer.ts';
import type { Sub } from './peer.ts';

type End = {
	readonly peer: Peer;
	readonly opened: Promise<Route>;
	readonly lost: Promise<unknown>;
	readonly failed: Promise<string>;
	/** The next message, as text. */
	heard(): Promise<string>;
};

const peers: Peer[] = [];
afterEach(() => {
	for (const peer of peers.splice(0)) peer.close();
});

function openEnd(offers: boolean, tell: (sub: Sub, data: string) => void): End {
	const opened = Promise.withResolvers<Route>();
	const lost = Promise.withResolvers<null>();
	const failed = Promise.withResolvers<string>();
	const messages: string[] = [];
	let wake = (): void => undefined;
	const peer = new Peer({
		offers,
		open: () => new RTCPeerConnection(),
		signal: tell,
		opened: opened.resolve,
		message: (bytes) => {
			messages.push(new TextDecoder().decode(bytes));
			wake();
		},
		lost: () => lost.resolve(null),
		failed: failed.resolve,
		report: (error) => {
			throw error;
		}
	});
	peers.push(peer);
	const heard = async () => {
		while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
		return messages.shift() ?? '';
	};
	return { peer, opened: opened.promise, lost: lost.promise, failed: failed.promise, heard };
}

/** Both ends, each told what the other says, as `change` makes it. */
function connect(change: (sub: Sub, data: string) => string = (_, data) => data): readonly [End, End] {
	const ends: End[] = [];
	const later = (to: number) => (sub: Sub, data: string) => queueMicrotask(() => ends[to]?.peer.take(sub, change(sub, data)));
	const [one, two] = [openEnd(true, later(1)), openEnd(false, later(0))];
	ends.push(one, two);
	return [one, two];
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('two ends open a channel, and what one sends the other has, in order', async () => {
	const [one, two] = connect();
	expect(await Promise.all([one.opened, two.opened])).toEqual(['direct', 'direct']);
	for (const text of ['first', 'second']) one.peer.send(bytes(text));
	two.peer.send(bytes('back'));
	expect([await two.heard(), await two.heard(), await one.heard()]).toEqual(['first', 'second', 'back']);
});

test('the channel goes on after the candidates were gathered anew', async () => {
	/** By which each description wants to be found: RFC 8839. */
	const names: Record<'offer' | 'answer', string[]> = { offer: [], answer: [] };
	const [one, two] = connect((sub, data) => {
		if (sub === 'offer' || sub === 'answer') names[sub].push(/^a=ice-ufrag:(\S+)/m.exec(data)?.[1] ?? '');
		return data;
	});
	await Promise.all([one.opened, two.opened]);
	one.peer.restart();
	one.peer.send(bytes('meanwhile'));
	expect(await two.heard()).toBe('meanwhile');
	await expect.poll(() => names.answer.length).toBe(2);
	expect([new Set(names.offer).size, new Set(names.answer).size]).toEqual([2, 2]);
	one.peer.send(bytes('afterwards'));
	expect(await two.heard()).toBe('afterwards');
	expect(one.peer.isOpen).toBe(true);
});

test('when one end closes the other hears of it', async () => {
	const [one, two] = connect();
	await Promise.all([one.opened, two.opened]);
	one.peer.close();
	await two.lost;
	expect(one.peer.isOpen).toBe(false);
});

test('a description with another fingerprint beside the first is not used', async () => {
	const another = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;
	const [, two] = connect((sub, data) => (sub === 'offer' ? `${data}${another}\r\n` : data));
	expect(await two.failed).toBe('refused');
	expect(two.peer.isOpen).toBe(false);
});

test('a description whose fingerprint was exchanged opens nothing', async () => {
	const [one, two] = connect((sub, data) =>
		sub === 'answer' ? data.replace(/(a=fingerprint:sha-256 )[0-9A-F]{2}/, '$1EE').replace('EE:EE', 'EE:ED') : data
	);
	expect(await one.failed).toBe('unreachable');
	expect([one.peer.isOpen, two.peer.isOpen]).toEqual([false, false]);
});
