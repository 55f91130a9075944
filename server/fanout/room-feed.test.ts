import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { closeCodes } from '#protocol/limits';
import type { RoomEvent } from './bus.ts';
import { createMemoryBus } from './memory-bus.ts';
import type { Outlet } from './outlet.ts';
import type { ReaderRequest } from './room-feed.ts';
import { createFeeds } from './room-feed.ts';

const row = (seq: number): RoomEvent => ({ kind: 'envelope', seq, t: 0, env: new Uint8Array(3), tag: null, burnAt: null });
const signal: RoomEvent = { kind: 'envelope', seq: 0, t: 0, env: new Uint8Array(3), tag: null, burnAt: null };
const hello: RoomEvent = { kind: 'presence', count: 1, joined: [], left: [] };
const gone: RoomEvent = { kind: 'gone', reason: 'purged' };

/** A document that shows what it was executed for, and counts how often. */
function document() {
	const rendered: RoomEvent[] = [];
	const render = (event: RoomEvent): string => {
		rendered.push(event);
		return JSON.stringify(event.kind === 'envelope' ? event.seq : event.kind);
	};
	return { render, rendered };
}

/** An outlet that keeps what it is given, and is as slow as it is told. */
function outlet(render: Outlet['render'], operationId = 'room') {
	const writes: Uint8Array[] = [];
	const closings: number[] = [];
	const state = { buffered: 0, ended: false };
	const kept: Outlet = {
		render,
		operationId,
		calledOff: false,
		buffered: () => state.buffered,
		write: (frames) => writes.push(frames),
		ended: () => (state.ended = true),
		close: (code) => closings.push(code)
	};
	return { ...kept, writes, closings, state, payloads: () => writes.flatMap(payloadsOf) };
}

function payloadsOf(frames: Uint8Array): unknown[] {
	const bytes = Buffer.from(frames);
	const payloads: unknown[] = [];
	for (let offset = 0; offset < bytes.length;) {
		const short = (bytes[offset + 1] ?? 0) < 126;
		const size = short ? (bytes[offset + 1] ?? 0) : bytes.readUInt16BE(offset + 2);
		const start = offset + (short ? 2 : 4);
		offset = start + size;
		payloads.push(JSON.parse(bytes.toString('utf8', start, offset)).payload);
	}
	return payloads;
}

function house(limits = { bufferedBytes: 1_000 }) {
	const bus = createMemoryBus();
	const counts = { delivered: 0, dropped: 0 };
	const feeds = createFeeds({
		bus,
		limits,
		onDelivered: (frames) => (counts.delivered += frames),
		onDropped: () => (counts.dropped += 1)
	});
	const open = (to: Outlet, changes: Partial<ReaderRequest> = {}) =>
		feeds.open({
			ref: 'a',
			outlet: to,
			after: 0,
			first: () => hello,
			session: { ended: false },
			backlog: async () => [],
			...changes
		});
	const publish = async (...events: RoomEvent[]) => {
		for (const event of events) bus.publish('a', event);
		// Written a turn of the event loop later.
		await turn();
		await turn();
	};
	return { feeds, bus, open, publish, counts };
}

test('an event is rendered once for each document, and readers with the same operation id get the very same bytes', async () => {
	const { open, publish, counts } = house();
	const [ours, other] = [document(), document()];
	const readers = [
		outlet(ours.render),
		outlet(ours.render),
		outlet(ours.render),
		outlet(ours.render, 'mine'),
		outlet(other.render)
	];
	for (const reader of readers) await open(reader);
	counts.delivered = 0;
	ours.rendered.length = 0;
	other.rendered.length = 0;
	await publish(row(1));
	expect([ours.rendered, other.rendered]).toEqual([[row(1)], [row(1)]]);
	const [first, second, third, fourth, fifth] = readers.map(({ writes }) => writes[1]);
	expect(first).toBe(second);
	expect(first).toBe(third);
	expect(fourth).not.toBe(first);
	expect(fifth).not.toBe(first);
	expect(Buffer.from(first ?? []).toString()).toContain('{"id":"room","type":"next","payload":1}');
	expect(Buffer.from(fourth ?? []).toString()).toContain('{"id":"mine","type":"next","payload":1}');
	expect(counts.delivered).toBe(5);
});

test('what is published together leaves as one write to each reader, in order', async () => {
	const { open, publish } = house();
	const reader = outlet(document().render);
	await open(reader);
	await publish(row(1), signal, row(2), hello);
	expect(reader.writes).toHaveLength(2);
	expect(reader.payloads()).toEqual(['presence', 1, 0, 2, 'presence']);
});

test('a reader gets who is here, then the backlog, then what came meanwhile and is not in it, then live', async () => {
	const { open, publish } = house();
	const reader = outlet(document().render);
	const backlog = Promise.withResolvers<readonly RoomEvent[]>();
	const opening = open(reader, { after: 2, backlog: () => backlog.promise });
	await publish(row(4), signal);
	await publish(row(5));
	expect(reader.payloads()).toEqual([]);
	backlog.resolve([row(3), row(4)]);
	await opening;
	await publish(row(6));
	expect(reader.payloads()).toEqual(['presence', 3, 4, 0, 5, 6]);
});

test('a row that the backlog saw before the bus told of it comes once, alone or together with newer ones', async () => {
	const { open, publish } = house();
	const reader = outlet(document().render);
	await open(reader, { backlog: async () => [row(1), row(2), row(3)] });
	await publish(row(2));
	await publish(row(3), row(4), signal);
	await publish(row(5));
	expect(reader.payloads()).toEqual(['presence', 1, 2, 3, 4, 0, 5]);
});

test('what happened before a reader came goes to those who were there', async () => {
	const { bus, open } = house();
	const [early, late] = [outlet(document().render), outlet(document().render)];
	await open(early);
	bus.publish('a', row(1));
	await open(late, { after: 1 });
	expect([early.payloads(), late.payloads()]).toEqual([['presence', 1], ['presence']]);
});

test('a reader whose socket holds more than the limit is dropped with 4008, and the others get everything', async () => {
	const { open, publish, counts, feeds } = house();
	const [slow, quick] = [outlet(document().render), outlet(document().render)];
	const stream = await open(slow);
	await open(quick);
	slow.state.buffered = 950;
	await publish(row(1));
	slow.state.buffered = 970;
	await publish(row(2));
	await publish(row(3));
	expect(slow.payloads()).toEqual(['presence', 1]);
	expect(slow.closings).toEqual([closeCodes.tooSlow]);
	expect(await stream.next()).toEqual({ done: true, value: undefined });
	expect(quick.payloads()).toEqual(['presence', 1, 2, 3]);
	expect([counts.dropped, feeds.readers()]).toEqual([1, 1]);
});

test('a reader whose backlog takes too long is dropped before it holds more than a socket may', async () => {
	const { open, publish, feeds } = house();
	const reader = outlet(document().render);
	const backlog = Promise.withResolvers<readonly RoomEvent[]>();
	const opening = open(reader, { backlog: () => backlog.promise });
	await publish(row(1), row(2), row(3));
	expect(reader.closings).toEqual([]);
	await publish(row(4));
	expect(reader.closings).toEqual([closeCodes.tooSlow]);
	expect(feeds.readers()).toBe(0);
	backlog.resolve([]);
	await opening;
	expect(reader.writes).toEqual([]);
});

test('hundreds who come and go while a backlog is read cost its reader nothing: it hears of them as one', async () => {
	const { open, publish } = house({ bufferedBytes: 10_000 });
	const seen = document();
	const reader = outlet(seen.render);
	const backlog = Promise.withResolvers<readonly RoomEvent[]>();
	const opening = open(reader, { backlog: () => backlog.promise });
	const tags = Array.from({ length: 500 }, (_, index) => `t${index}`);
	for (const [index, tag] of tags.entries()) await publish({ kind: 'presence', count: index + 1, joined: [tag], left: [] });
	await publish(
		{ kind: 'presence', count: 499, joined: [], left: ['t3'] },
		{ kind: 'presence', count: 498, joined: [], left: ['old'] }
	);
	backlog.resolve([]);
	await opening;
	expect(reader.closings).toEqual([]);
	const joined = tags.filter((tag) => tag !== 't3');
	expect(seen.rendered).toEqual([hello, { kind: 'presence', count: 498, joined, left: ['old'] }]);
});

test('a reader that was called off while its backlog was read gets nothing, and is out of the room', async () => {
	const { open, publish, feeds } = house();
	const reader = { ...outlet(document().render), calledOff: true };
	await open(reader);
	await publish(row(1));
	expect([reader.writes, feeds.readers()]).toEqual([[], 0]);
});

test('deliveries are what was written: backlogs too, and not what was held back', async () => {
	const { open, publish, counts } = house();
	await open(outlet(document().render), { backlog: async () => [row(1), row(2)] });
	expect(counts.delivered).toBe(3);
	await publish(row(2), row(3));
	expect(counts.delivered).toBe(4);
});

test('a reader without the right to listen any more gets nothing, and its stream ends', async () => {
	const { open, publish, feeds } = house();
	const reader = outlet(document().render);
	const session = { ended: false };
	const stream = await open(reader, { session });
	session.ended = true;
	await publish(row(1));
	expect(reader.payloads()).toEqual(['presence']);
	expect(await stream.next()).toEqual({ done: true, value: undefined });
	expect(feeds.readers()).toBe(0);
});

test('the end of the room is said to every reader, also to one whose session it ended, and closes with 4006', async () => {
	const { open, publish, feeds } = house();
	const reader = outlet(document().render);
	const session = { ended: false };
	const stream = await open(reader, { session });
	session.ended = true;
	await publish(row(1), gone);
	expect(reader.payloads()).toEqual(['presence', 1, 'gone']);
	expect(reader.closings).toEqual([closeCodes.gone]);
	expect(await stream.next()).toEqual({ done: true, value: undefined });
	expect(feeds.readers()).toBe(0);
});

test('the end of the room is said at once, once, and nothing after it', async () => {
	const { open, bus } = house();
	const reader = outlet(document().render);
	await open(reader);
	bus.publish('a', row(1));
	bus.publish('a', gone);
	await Promise.resolve();
	// As the other of two processes tells it.
	bus.publish('a', gone);
	bus.publish('a', row(2));
	await turn();
	await turn();
	expect(reader.payloads()).toEqual(['presence', 1, 'gone']);
});

test('a backlog that fails is the answer, and the reader is out of the room', async () => {
	const { open, feeds } = house();
	const reader = outlet(document().render);
	await expect(open(reader, { backlog: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
	expect([reader.writes, feeds.readers()]).toEqual([[], 0]);
});

test('a reader that leaves gets nothing more, and the room is let go with its last one', async () => {
	const { open, publish, feeds } = house();
	const reader = outlet(document().render);
	const stream = await open(reader);
	await stream.return?.();
	await publish(row(1));
	expect(reader.payloads()).toEqual(['presence']);
	expect(feeds.readers()).toBe(0);
	await open(reader, { after: 1 });
	await publish(row(2));
	expect(reader.payloads()).toEqual(['presence', 'presence', 2]);
});

test('what is said in one turn of the event loop and the next goes out as one write', async () => {
	const { open, publish, bus } = house();
	const reader = outlet(document().render);
	await open(reader);
	bus.publish('a', row(1));
	await turn();
	await publish(row(2));
	await publish(row(3));
	expect(reader.payloads()).toEqual(['presence', 1, 2, 3]);
	expect(reader.writes).toHaveLength(3);
});

test('rooms hear nothing of each other', async () => {
	const { open, publish } = house();
	const [here, there] = [outlet(document().render), outlet(document().render)];
	await open(here);
	await open(there, { ref: 'b' });
	await publish(row(1));
	expect([here.payloads(), there.payloads()]).toEqual([['presence', 1], ['presence']]);
});
