/** One's own messages, from the key press to the server's answer, and how they stand on the screen meanwhile. */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';
import type { Posted } from '../transport/transport.ts';
import type { Opened, Refused } from '../vault/calls.ts';
import { burnOf, unansweredBurn } from './burns.ts';
import { Flush } from './flush.ts';
import { itemOf } from './letter-item.ts';
import type { LettersPorts } from './letters-ports.ts';
import { Receipts } from './receipts.ts';
import type { Relaying } from './relaying.ts';
import { maxSealed, Outbox } from './send.ts';
import type { Letter, SealedLetter } from './send.ts';
import type { Shown } from './shown.ts';
import { pause } from './timers.ts';
import type { MessageItem } from './view.ts';
import type { Draft, Waiting } from './waiting.ts';

/** What went unanswered goes out again after so long. */
const againMs = 30_000;

export class Letters {
	readonly #ports: LettersPorts;
	readonly #outbox: Outbox;
	readonly #flush: Flush;
	readonly #receipts: Receipts | undefined;
	#count = 0;
	#posting: { readonly mid: string; arrived(): void } | null = null;
	#unwatch: (() => void) | undefined;
	#again: ReturnType<typeof setTimeout> | undefined;
	/** Goes out before anything new. */
	#sendingAgain: Promise<void> | null = null;
	/** On the disk in the order of writing. */
	#keeping: Promise<void> = Promise.resolve();
	/** Places on the disk whose drafts have been here: what is gone from the list is sent, or discarded. */
	readonly #taken = new Set<number>();

	constructor(ports: LettersPorts) {
		this.#ports = ports;
		const { mail, relaying, report, waiting } = ports;
		this.#outbox = new Outbox({
			seal: ({ text, burnSeconds, waits }) => {
				const body = { type: 'text', text, ...(burnSeconds && { burnSeconds }) } as const;
				return relaying === undefined ? mail.seal(body, waits) : relaying.seal(body);
			},
			// What lies on the disk is sealed when it goes: until then it may be discarded.
			...(waiting && { ahead: () => (ports.isUp() && waiting.elsewhere === undefined ? 1 : 0) }),
			// For those who are there then.
			...(relaying && { ahead: () => (ports.isUp() || relaying.isAlone ? maxSealed : 0) }),
			takeBack: async (mid, letter) => {
				relaying?.takeBack(mid);
				const place = await mail.takeBack(mid, letter && { ...letter, place: letter.waits });
				if (place !== undefined) this.#taken.add(place);
				return place;
			},
			settle: (mid) => {
				relaying?.passedOn(mid);
				return mail.settle([mid]);
			},
			changed: (letter) => this.#draw(letter),
			ready: () => this.#flush.run(),
			report
		});
		const { thread, nickOf } = ports;
		const nameOf = (mid: string) => this.#outbox.nameOf(mid) ?? mid;
		this.#receipts = relaying && new Receipts({ relaying, thread, nameOf, nickOf });
		this.#flush = new Flush({
			head: () => this.#outbox.head(),
			post: (letter) => this.#post(letter),
			isUp: () => ports.isUp() && this.#sendingAgain === null,
			wait: (ms) => pause(ms).done,
			sent: (mid, posted) => this.#sent(mid, posted),
			unanswered: (letter) => this.#unanswered(letter),
			refused: (letter, code) => this.#outbox.refused(letter, code),
			rejoin: ports.renew,
			report
		});
	}

	/** Own messages that the server has not, but for those that it refused. */
	get unsent(): number {
		return this.#outbox.letters.filter((letter) => letter.state !== 'refused').length;
	}

	/** `waiting`: for a connection. */
	shown(): Pick<Shown, 'waiting' | 'unsent'> {
		const { unsent } = this;
		return { unsent, waiting: this.#isUp() ? 0 : unsent };
	}

	send(text: string, burnSeconds?: BurnSeconds): void {
		const { waiting, wall } = this.#ports;
		const draft = { text, burnSeconds, time: wall() };
		if (waiting === undefined) this.#outbox.add({ ...draft, id: this.#nextName(), state: 'draft' });
		else this.#keeping = this.#keeping.then(() => this.#keep(draft, waiting));
	}

	/**
	 * What the record held goes out again byte for byte, and what lies on the disk has its turn after it. Both lists are of one
	 * length.
	 */
	async restore(envelopes: readonly Bytes[], opened: readonly (Opened | Refused)[]): Promise<void> {
		envelopes.forEach((envelope, index) => {
			const own = opened[index];
			if (own?.ok !== true || own.body.type !== 'text') return;
			const { mid, time, body } = own;
			const stored = (this.#ports.thread.message(mid)?.seq ?? 0) > 0;
			if (stored) this.#ports.mail.settle([mid]).catch(this.#ports.report);
			else
				this.#outbox.add({ ...body, id: mid, time, postedAt: this.#signedAt(time), state: 'sealed', sealed: { envelope, mid } });
		});
		const { waiting, report } = this.#ports;
		if (waiting === undefined) return;
		await this.#takeDrafts(waiting);
		this.#unwatch = waiting.watch?.((what) => void this.#otherTab(what, waiting).catch(report));
	}

	retry(id: string): void {
		const { waiting } = this.#ports;
		const letter = this.#outbox.letters.find((each) => each.id === id);
		if (waiting === undefined || letter?.reason !== 'STORAGE' || letter.waits !== undefined) return this.#outbox.retry(id);
		// Nothing of it lies on the disk yet.
		this.#outbox.discard(id);
		const { text, burnSeconds, time } = letter;
		this.#keeping = this.#keeping.then(() => this.#keep({ text, burnSeconds, time }, waiting, id));
	}

	discard(id: string): void {
		const place = this.#outbox.letters.find((letter) => letter.id === id)?.waits;
		if (!this.#outbox.discard(id)) return;
		if (place !== undefined) this.#ports.waiting?.drop(place).catch(this.#ports.report);
		this.#ports.thread.remove(id);
		this.#ports.changed();
	}

	/** Its own frame came back: the name under which it stands on the screen, if it was sent from here. */
	arrived(mid: string): string | undefined {
		const name = this.#outbox.nameOf(mid);
		this.#outbox.sent(mid);
		if (this.#posting?.mid === mid) this.#posting.arrived();
		return name;
	}

	/** Before anything is drawn. What has burned on the screen is forgotten here, too, down to its envelope. */
	beforeDrawing(): void {
		this.#receipts?.look();
		const { thread } = this.#ports;
		for (const { id, text } of this.#outbox.letters)
			if (text !== '' && thread.message(id)?.burn?.gone === true) this.#outbox.burned(id);
	}

	/** Nothing goes out any more. */
	stop(): void {
		clearTimeout(this.#again);
		this.#unwatch?.();
	}

	/** In a Direct room the other one has gone. */
	abandon(): void {
		this.#outbox.abandon().catch(this.#ports.report);
	}

	/** The connection came or went. */
	lineChanged(): void {
		const { isUp, relaying, report } = this.#ports;
		// Before anything that is taken up again can go out.
		if (isUp() && relaying !== undefined) this.#sendAgain(relaying);
		if (isUp()) this.#outbox.resume();
		else if (relaying !== undefined) this.#outbox.unseal().catch(report);
		this.#drawAll();
		this.#flush.run();
	}

	#sendAgain(relaying: Relaying): void {
		const { thread, report } = this.#ports;
		if (this.#sendingAgain !== null) return relaying.beginAgain();
		const isGone = (mid: string) => thread.message(this.#outbox.nameOf(mid) ?? mid)?.burn?.gone === true;
		this.#sendingAgain = relaying
			.sendAgain(isGone)
			.catch(report)
			.finally(() => {
				this.#sendingAgain = null;
				this.#flush.run();
			});
	}

	async #otherTab(what: Parameters<Parameters<NonNullable<Waiting['watch']>>[0]>[0], waiting: Waiting): Promise<void> {
		// After those that are being written here.
		if (what === 'written') return (this.#keeping = this.#keeping.then(() => this.#takeDrafts(waiting)));
		if (what === 'sent') return this.#dropSent(waiting);
		if (what === 'line') return this.#drawAll();
		const letter = this.#outbox.letters.find(({ waits }) => waits === what);
		if (letter !== undefined) this.discard(letter.id);
	}

	/** Those that are not here yet. */
	async #takeDrafts(waiting: Waiting): Promise<void> {
		for (const { n, ...draft } of await waiting.read()) {
			if (this.#taken.has(n)) continue;
			this.#taken.add(n);
			this.#outbox.add({ ...draft, id: this.#nextName(), state: 'draft', waits: n });
		}
	}

	/** Another tab has: they come back as rows. */
	async #dropSent(waiting: Waiting): Promise<void> {
		const left = new Set((await waiting.read()).map(({ n }) => n));
		const gone = this.#outbox.letters.filter(({ state, waits }) => state === 'draft' && waits !== undefined && !left.has(waits));
		for (const { id } of gone) {
			this.#outbox.discard(id);
			this.#ports.thread.remove(id);
		}
		this.#ports.changed();
	}

	#nextName(): string {
		return `own ${++this.#count}`;
	}

	/** It is shown as waiting once it lies on the disk, not before. */
	async #keep(draft: Draft, waiting: Waiting, id: string = this.#nextName()): Promise<void> {
		const letter = { ...draft, id };
		try {
			const waits = await waiting.add(draft);
			this.#taken.add(waits);
			this.#outbox.add({ ...letter, state: 'draft', waits });
		} catch {
			this.#outbox.add({ ...letter, state: 'refused', reason: 'STORAGE' });
		}
	}

	#sent(mid: string, { seq, t }: Posted): void {
		const letter = this.#outbox.sent(mid);
		if (letter === undefined) return;
		const { thread, roomStart, stored, serverNow } = this.#ports;
		const burn = burnOf({ seconds: letter.burnSeconds, arrivedAt: roomStart() + t * 1000, now: serverNow() });
		thread.putMessage(itemOf(this.#ports.me(), letter, { state: 'sent', seq, ...(burn && { burn }) }));
		stored(seq);
		this.#ports.changed();
	}

	/** What is written here has a way out. */
	#isUp(): boolean {
		const { waiting, isUp } = this.#ports;
		return waiting?.elsewhere === undefined ? isUp() : waiting.elsewhere.isUp();
	}

	#drawAll(): void {
		for (const letter of this.#outbox.letters) this.#draw(letter);
	}

	#draw(letter: Letter): void {
		const burn = unansweredBurn(letter);
		this.#ports.thread.putMessage(
			itemOf(this.#ports.me(), letter, { state: this.#stateOf(letter), seq: 0, ...(burn && { burn }) })
		);
		this.#ports.changed();
	}

	#post(letter: SealedLetter): Promise<Posted> {
		this.#outbox.posting(letter, this.#ports.serverNow());
		const { mid, envelope } = letter.sealed;
		const arrival = Promise.withResolvers<Posted>();
		this.#posting = { mid, arrived: () => arrival.resolve({ seq: 0, t: 0, known: true }) };
		// Its own frame says as much as an answer that was lost.
		return Promise.race([this.#ports.mail.post(envelope, letter.burnSeconds), arrival.promise]);
	}

	/** What a reload finds may have gone out as soon as it was signed. Unix ms by the server's clock, never in the future. */
	#signedAt(time: number): number {
		const { serverNow, wall } = this.#ports;
		return serverNow() - Math.max(0, wall() - time);
	}

	/** It can't be taken back, so it is tried again by itself: a server that is only slow keeps nobody waiting for a tap. */
	#unanswered(letter: SealedLetter): void {
		this.#outbox.unanswered(letter);
		clearTimeout(this.#again);
		this.#again = setTimeout(() => this.#outbox.resume(), againMs);
	}

	#stateOf(letter: Letter): MessageItem['state'] {
		if (letter.state === 'refused' || letter.state === 'unanswered') return 'failed';
		return this.#isUp() && !this.#outbox.isHeldBack(letter) ? 'sending' : 'queued';
	}
}
