/** People in rooms who send as soon as their last message was acknowledged, while everybody in the room reads along. */
import { textFrame } from '../client.ts';
import type { LoopTimes, WindowEdges } from '../closed-loop.ts';
import type { Connection } from '../connection.ts';
import { fillTemplate, readyEnvelope, templateOf } from '../message.ts';
import type { Room } from '../room.ts';
import type { System } from '../system.ts';
import type { Wire } from '../wire.ts';
import type { Measured } from './measured-loop.ts';
import { measuredLoop } from './measured-loop.ts';

/** `mode`: of its room; stored unless told. */
export type Crowd = { readonly members: readonly Connection[]; readonly senders: number; readonly mode?: Room['mode'] };

/** How long the last deliveries may take after the last acknowledgement. */
const drainMs = 10_000;
const postIds = 8;
/** Sockets that come in at the same time. */
const arriving = 16;

type Sender = { readonly connection: Connection; readonly number: number; sent: number };
let senderNumbers = 0;

/** People come in one after the other, many rooms at a time. */
export async function enterAll(system: System, rooms: readonly Room[], perRoom: number): Promise<Connection[][]> {
	const crowds = rooms.map((room) => ({ room, members: new Array<Connection>() }));
	const places = crowds.flatMap((crowd) => Array.from({ length: perRoom }, () => crowd));
	const arrive = async () => {
		for (let place = places.pop(); place !== undefined; place = places.pop()) place.members.push(await system.enter(place.room));
	};
	await Promise.all(Array.from({ length: arriving }, arrive));
	return crowds.map(({ members }) => members);
}

export type Talk = Omit<Measured, 'loop' | 'perSecond'> & {
	readonly acknowledgedPerSecond: number;
	readonly deliveriesPerSecond: number;
	readonly lost: number;
	readonly doubled: number;
};

/** Runs the crowds, waits for the last delivery, checks every reader's ledger, and closes all sockets. */
export async function talk(
	system: System,
	crowds: readonly Crowd[],
	times: LoopTimes,
	{ answered }: Pick<WindowEdges, 'answered'> = {}
): Promise<Talk> {
	const groups = crowds.map(({ members, senders, mode = 'stored' }) => ({
		members,
		senders: members.slice(0, senders).map(newSender),
		mode
	}));
	const lanes = groups.flatMap(({ senders, mode }) => senders.map((sender) => laneOf(system.wire, sender, mode)));
	const members = crowds.flatMap((crowd) => crowd.members);
	let delivered = 0;
	for (const member of members) member.onDelivery = () => delivered++;
	const marks = { opened: 0, closed: 0 };
	const { loop, perSecond, ...measured } = await measuredLoop(system, lanes, times, {
		opened: () => (marks.opened = delivered),
		closed: () => (marks.closed = delivered),
		...(answered === undefined ? {} : { answered })
	});
	const expected = groups.reduce((sum, group) => sum + group.members.length * sentBy(group.senders), 0);
	await arrival(members, () => delivered >= expected);
	const checks = groups.map(checkGroup);
	sayClosed(members);
	await Promise.all(members.map((member) => member.close()));
	return {
		...measured,
		acknowledgedPerSecond: perSecond,
		deliveriesPerSecond: (marks.closed - marks.opened) / loop.seconds,
		lost: sum(checks.map((check) => check.lost)),
		doubled: sum(checks.map((check) => check.doubled))
	};
}

/** What a closed socket missed is among the lost; its code says why. */
function sayClosed(members: readonly Connection[]): void {
	const codes = members.map((member) => member.closedWith).filter((code) => code !== null);
	if (codes.length > 0) process.stderr.write(`bench: the server closed ${codes.length} sockets, the first with ${codes[0]}\n`);
}

function newSender(connection: Connection): Sender {
	return { connection, number: senderNumbers++, sent: 0 };
}

function laneOf(wire: Wire, sender: Sender, mode: Room['mode']): (answered: () => void) => void {
	const env = readyEnvelope('content', mode === 'relayed').toString('base64url');
	// A new id for each message, since the last operation's `complete` may still be on its way.
	const posts = Array.from({ length: postIds }, (_, i) => ({
		id: `p${i}`,
		template: templateOf(textFrame(wire.postText(`p${i}`, env, mode)))
	}));
	return (answered) => {
		const post = posts[++sender.sent % postIds];
		if (post === undefined) throw new Error('lane: expected a post');
		sender.connection.ask(post.id, fillTemplate(post.template, sender.number, sender.sent), answered);
	};
}

/** Resolves when `complete` holds after some delivery, or when no more deliveries can be hoped for. */
function arrival(members: readonly Connection[], complete: () => boolean): Promise<void> {
	return new Promise((resolve) => {
		if (complete()) return resolve();
		const timer = setTimeout(resolve, drainMs);
		for (const member of members) {
			const count = member.onDelivery;
			member.onDelivery = () => {
				count();
				if (!complete()) return;
				clearTimeout(timer);
				resolve();
			};
		}
	});
}

function checkGroup({ members, senders }: { readonly members: readonly Connection[]; readonly senders: readonly Sender[] }) {
	const sent = new Map(senders.map((sender) => [sender.number, sender.sent]));
	return { lost: sum(members.map(({ ledger }) => ledger.lost(sent))), doubled: sum(members.map(({ ledger }) => ledger.doubled)) };
}

function sentBy(senders: readonly Sender[]): number {
	return sum(senders.map((sender) => sender.sent));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
