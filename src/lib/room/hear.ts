/** What an opened envelope means: the ledger judges it, and thread and people show it. */
import type { Bytes } from '#protocol/bytes';
import type { Opened, Refused, Seen, SignalBody } from '../vault/calls.ts';
import { burnOf } from './burns.ts';
import type { HeardHello } from './hello.ts';
import type { Ledger } from './ledger.ts';
import type { Notes } from './notes.ts';
import type { Presence, PresenceNote } from './presence.ts';
import type { Thread } from './thread.ts';
import type { OthersTyping } from './typing.ts';
import type { MessageItem } from './view.ts';

/** An envelope as it came. `row`: the server's number, 0 for control. `t`: seconds since the room was made. */
export type Arrival = {
	readonly row: number;
	readonly t: number;
	/** When the server burns it, unix ms by its clock; `null`: never. Absent: it came past the server. */
	readonly burnAt?: number | null | undefined;
	/** The poster's connection; `null` in what was replayed or read from history. */
	readonly connection: string | null;
	/** `live`: it came by itself. `old`: it was said before one came in. `again`: it was shown here before, and is wanted back. */
	readonly how: 'live' | 'old' | 'again';
};

/** What the words of others mean for one's own: who must be greeted, and what need not go out again. */
export type Others = {
	readonly helloHeard: (hello: HeardHello) => void;
	readonly helloAnswered: (fp: string, joinNonce: Bytes) => void;
	readonly signalled: (from: string, signal: SignalBody) => void;
	/** Something that came by itself; `seen`: what they have. */
	readonly said: (fp: string, seen: readonly Seen[], isContent: boolean) => void;
	readonly left: (fp: string) => void;
};

export type HearPorts = {
	readonly ledger: Ledger;
	readonly presence: Presence;
	readonly thread: Thread;
	readonly notes: Notes;
	readonly typing: OthersTyping;
	/** The server has every row from the room's beginning on, but for what burned. */
	readonly keepsRows: boolean;
	readonly now: () => number;
	readonly roomStart: () => number;
	/** Unix ms. */
	readonly serverNow: () => number;
	readonly isWatching: () => boolean;
	/** Gives the name under which an own message stands on the screen already, and learns that the server has it. */
	readonly ownArrived: (mid: string) => string | undefined;
	readonly others: () => Others;
	/** Somebody has come, left, or is called something else. */
	readonly tell: (notes: readonly PresenceNote[]) => void;
	readonly purged: () => void;
	readonly compareKeys: (tokenKeyHint: Bytes, time: number) => void;
};

const clockToleranceMs = 5 * 60_000;
const signalMs = 60_000;

export class Hearing {
	readonly #ports: HearPorts;
	/** Message ids: what is given again after an outage has another row. */
	readonly #hidden = new Set<string>();

	constructor(ports: HearPorts) {
		this.#ports = ports;
	}

	/** Both lists are of one length. */
	hearAll(arrivals: readonly Arrival[], opened: readonly (Opened | Refused)[]): void {
		arrivals.forEach((arrival, index) => {
			const envelope = opened[index];
			if (envelope === undefined) return;
			if (!envelope.ok) this.#refuse(arrival, envelope);
			else if (envelope.kind === 'control') this.#hearControl(arrival, envelope);
			else this.#hearContent(arrival, envelope);
		});
	}

	#refuse({ row }: Arrival, refused: Refused): void {
		if (row === 0) return;
		if (refused.code !== 'HIDDEN') return this.#ports.notes.unverified(row);
		if (this.#hidden.has(refused.mid)) return;
		this.#hidden.add(refused.mid);
		this.#ports.ledger.hearHidden(row);
		this.#ports.notes.hidden(row);
	}

	#hearControl(arrival: Arrival, envelope: Opened): void {
		const { ledger, presence, others, tell, typing, now } = this.#ports;
		if (!ledger.hearControl(envelope.sender, envelope.seq)) return;
		ledger.hearSeen(envelope.seen, now(), false);
		const { body, fp, sender, own } = envelope;
		if (body.type === 'hello' && envelope.seq === 1 && !this.#ports.keepsRows) ledger.hearNewcomer(fp);
		const { connection } = arrival;
		if (body.type === 'hello' || body.type === 'helloReply') this.#ports.compareKeys(body.tokenKeyHint, envelope.time);
		if (body.type === 'bye') {
			others().said(fp, envelope.seen, false);
			return tell(presence.bye(sender));
		}
		const isNewcomer = connection !== null && presence.isNewcomer(connection);
		const isStranger = connection !== null && presence.isStranger(connection);
		tell(presence.heard(envelope, connection, 0));
		if (own) return;
		others().said(fp, envelope.seen, false);
		if (body.type === 'typing') typing.heard(fp, body.started, now());
		else if (body.type === 'purge') this.#ports.purged();
		else if (body.type === 'signal') this.#signal(arrival, fp, body);
		else if (body.type === 'helloReply') others().helloAnswered(fp, body.joinNonce);
		else if (body.type === 'hello')
			others().helloHeard({
				...{ fp, joinNonce: body.joinNonce, isNewcomer, isStranger, seen: envelope.seen },
				reads: envelope.reads === true
			});
	}

	/** Of a way that nobody waits for any more: §13. */
	#signal({ t }: Arrival, from: string, signal: SignalBody): void {
		const ageMs = this.#ports.serverNow() - (this.#ports.roomStart() + t * 1000);
		if (ageMs <= signalMs) this.#ports.others().signalled(from, signal);
	}

	#hearContent(arrival: Arrival, envelope: Opened): void {
		const { ledger, presence, thread, notes, others, tell, typing, now } = this.#ports;
		const id = (envelope.own ? this.#ports.ownArrived(envelope.mid) : undefined) ?? envelope.mid;
		const verdict = ledger.hear({ ...envelope, row: arrival.row, id }, now());
		ledger.hearSeen(envelope.seen, now(), arrival.how !== 'live');
		tell(presence.heard(envelope, arrival.connection, arrival.row));
		const { body, fp, own, seen } = envelope;
		if (!own && arrival.how === 'live') others().said(fp, seen, true);
		typing.heard(fp, false, now());
		if (verdict.is === 'duplicate' && (arrival.how !== 'again' || thread.get(id) !== undefined)) return;
		if (body.type !== 'text') return;
		const marks = verdict.is === 'new' ? verdict : { late: false, fork: false, twins: [] };
		thread.putMessage(
			this.#itemOf(arrival, envelope, { id, text: body.text, late: marks.late, equivocal: marks.twins.length > 0 })
		);
		if (marks.fork) notes.fork(fp);
		if (marks.twins.length > 0) this.#markTwins(fp, marks.twins);
	}

	#markTwins(fp: string, twins: readonly string[]): void {
		const { thread, notes } = this.#ports;
		for (const id of twins) {
			const item = thread.message(id);
			if (item !== undefined) thread.putMessage({ ...item, equivocal: true });
		}
		notes.equivocation(fp);
	}

	#itemOf(
		arrival: Arrival,
		envelope: Opened,
		shown: { readonly id: string; readonly text: string; readonly late: boolean; readonly equivocal: boolean }
	): MessageItem {
		const { fp, tag, author, own, time, body } = envelope;
		const arrivedAt = this.#ports.roomStart() + arrival.t * 1000;
		const seconds = body.type === 'text' ? body.burnSeconds : undefined;
		const burn = burnOf({ seconds, burnAt: arrival.burnAt, arrivedAt, now: this.#ports.serverNow() });
		const clockOff = Math.abs(arrivedAt - time) > clockToleranceMs;
		return {
			kind: 'message',
			...shown,
			...(burn && { burn }),
			seq: arrival.row,
			person: { fp, tag, ...author, namesake: this.#ports.presence.namesakes.has(fp) },
			own,
			time: clockOff ? arrivedAt : time,
			clockOff,
			state: own ? 'sent' : 'received',
			fresh: arrival.connection !== null && !own && this.#ports.isWatching()
		};
	}
}
