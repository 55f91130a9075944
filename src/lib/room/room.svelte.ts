/** A room as the screens see it: what a stay shows, made reactive, and the verbs passed on. */
import type { BurnSeconds } from '#protocol/burn';
import type { Mode } from '#protocol/mode';
import type { PlanName } from '#protocol/plans';
import type { Here } from './follow.ts';
import type { Entered, Ports } from './ports.ts';
import type { Shown } from './shown.ts';
import { Stay } from './stay.ts';
import { RoomError } from './view.ts';
import type { DirectView, Ending, Person, RoomView, ServerRow, ThreadItem } from './view.ts';

export class Room implements RoomView {
	readonly name: string;
	readonly mode: Mode;
	readonly link: string;
	readonly password?: string;
	readonly plan: PlanName;
	readonly lifetimeMs: number;
	readonly opened: boolean;
	readonly kept: boolean;
	readonly #stay: Stay;
	readonly #keep: Ports['keep'];
	readonly #makeWay: Ports['makeWay'];
	readonly #relay: Ports['relay'];
	/** By the tab that has the connection, where that is another. */
	#here = $state.raw<Partial<Here>>({});
	#head = 0;
	#unsent = 0;
	#phase = $state.raw<RoomView['phase']>('open');
	#ending = $state.raw<Ending | null>(null);
	#cap = $state.raw<number>();
	#peopleLimit = $state.raw(0);
	#used = $state.raw(0);
	#endsAt = $state.raw(0);
	#now = $state.raw(0);
	#leftMs = $state.raw(0);
	#me: Person;
	#people = $state.raw<readonly Person[]>([]);
	#unnamed = $state.raw(0);
	#readers = $state.raw<readonly string[] | null>(null);
	#stopped = $state.raw<readonly string[]>([]);
	#direct = $state.raw<DirectView | null>(null);
	#typing = $state.raw<readonly string[]>([]);
	#items = $state.raw<readonly ThreadItem[]>([]);
	#older = $state.raw<RoomView['older']>('loading');
	#waiting = $state.raw(0);
	#unseen = $state.raw(0);
	#cleared = $state.raw(false);
	#covered = $state.raw(false);

	constructor(entered: Entered, ports: Ports) {
		const { entry } = entered.joined;
		this.name = entered.roomName;
		this.mode = entered.mode;
		this.link = entered.link;
		if (entered.password !== undefined) this.password = entered.password;
		this.plan = entry.plan;
		this.#peopleLimit = entry.people;
		this.#cap = entry.cap;
		this.lifetimeMs = entry.ageMs + entry.expiresInMs;
		this.opened = entered.me.fp === entered.creator;
		this.kept = ports.shelf !== undefined;
		this.#keep = ports.keep;
		this.#makeWay = ports.makeWay;
		this.#relay = ports.relay;
		ports.relay?.watch((here) => (this.#here = here));
		this.#leftMs = entry.expiresInMs;
		this.#used = entry.used;
		this.#stay = new Stay(entered, ports, (change) => this.#show(change));
		this.#endsAt = this.#stay.endsAt;
		this.#now = entered.joined.serverNow();
		this.#me = $state.raw(this.#stay.me);
	}

	get phase(): RoomView['phase'] {
		// Its end is this tab's own, whatever the other one said last.
		return this.#phase === 'open' ? (this.#here.phase ?? 'open') : this.#phase;
	}

	get ending(): Ending | null {
		return this.#ending;
	}

	get cap(): number | undefined {
		return 'cap' in this.#here ? this.#here.cap : this.#cap;
	}

	get peopleLimit(): number {
		return this.#here.peopleLimit ?? this.#peopleLimit;
	}

	get used(): number {
		return this.#here.used ?? this.#used;
	}

	get endsAt(): number {
		return this.#endsAt;
	}

	get now(): number {
		return this.#now;
	}

	get leftMs(): number {
		return this.#leftMs;
	}

	get me(): Person {
		return this.#me;
	}

	get people(): readonly Person[] {
		return this.#here.people ?? this.#people;
	}

	get unnamed(): number {
		return this.#here.unnamed ?? this.#unnamed;
	}

	get readers(): readonly string[] | null {
		return this.#readers;
	}

	get stopped(): readonly string[] {
		return this.#stopped;
	}

	get direct(): DirectView | null {
		return this.#direct;
	}

	get typing(): readonly string[] {
		return this.#here.typing ?? this.#typing;
	}

	get items(): readonly ThreadItem[] {
		return this.#items;
	}

	get older(): RoomView['older'] {
		return this.#older;
	}

	get waiting(): number {
		return this.#waiting;
	}

	get unseen(): number {
		return this.#unseen;
	}

	get cleared(): boolean {
		return this.#cleared;
	}

	get covered(): boolean {
		return this.#covered;
	}

	/** For tabs that follow this one. */
	get here(): Here {
		const { phase, people, unnamed, typing, cap, used, peopleLimit } = this;
		return { phase, people, unnamed, typing, cap, used, peopleLimit };
	}

	/** Tells it whenever it is another. Returns the function that ends that. */
	watchHere(tell: (here: Here) => void): () => void {
		return $effect.root(() => {
			$effect(() => tell(this.here));
		});
	}

	/** Resolves when the newest page stands on the screen; `inside` is called when that may be looked at. */
	begin(inside?: () => void): Promise<void> {
		return this.#stay.begin(inside);
	}

	/** The page goes: connection and timers end, without a word to anybody. */
	stop(): void {
		this.#stay.stop();
	}

	/** For another room. */
	makeWay(): Promise<void> {
		return this.#makeWay === undefined ? this.leave() : this.#makeWay();
	}

	send(text: string, burnSeconds?: BurnSeconds): void {
		this.#stay.send(text, burnSeconds);
	}

	retry(id: string): void {
		this.#stay.retry(id);
	}

	discard(id: string): void {
		this.#stay.discard(id);
	}

	typed(writing: boolean): void {
		this.#stay.typed(writing);
	}

	loadOlder(): Promise<number> {
		return this.#stay.loadOlder();
	}

	clearScreen(): void {
		this.#stay.clearScreen();
	}

	bringBack(): Promise<void> {
		return this.#stay.bringBack();
	}

	letPeopleIn(): Promise<void> {
		return this.#relay?.letPeopleIn() ?? this.#stay.letPeopleIn();
	}

	serverRows(before?: number): Promise<readonly ServerRow[]> {
		return this.#relay?.serverRows(before) ?? this.#stay.serverRows(before);
	}

	async keep(asks: boolean): Promise<void> {
		// What waits in this page alone would go with it.
		if (this.#unsent > 0) throw new RoomError('too-fast');
		await this.#keep?.({ asks, endsAt: this.#endsAt, lastRead: this.#head });
	}

	async stopSending(fp: string, stopped: boolean): Promise<void> {
		await this.#stay.live?.readers.stopSending(fp, stopped);
	}

	safetyWords(): Promise<readonly string[] | null> {
		return this.#stay.safetyWords();
	}

	connectOpenly(open: boolean): void {
		this.#stay.live?.direct?.setOpen(open);
	}

	connectAgain(): void {
		this.#stay.live?.direct?.again();
	}

	leave(): Promise<void> {
		return this.#stay.leave();
	}

	purge(): Promise<void> {
		return this.#stay.purge();
	}

	#show(change: Partial<Shown>): void {
		this.#phase = change.phase ?? this.#phase;
		if (change.ending !== undefined) this.#ending = change.ending;
		if ('cap' in change) this.#cap = change.cap;
		this.#peopleLimit = change.peopleLimit ?? this.#peopleLimit;
		this.#used = change.used ?? this.#used;
		this.#endsAt = change.endsAt ?? this.#endsAt;
		this.#now = change.now ?? this.#now;
		this.#leftMs = change.leftMs ?? this.#leftMs;
		this.#me = change.me ?? this.#me;
		this.#people = change.people ?? this.#people;
		this.#unnamed = change.unnamed ?? this.#unnamed;
		if (change.readers !== undefined) this.#readers = change.readers;
		this.#stopped = change.stopped ?? this.#stopped;
		if (change.direct !== undefined) this.#direct = change.direct;
		this.#typing = change.typing ?? this.#typing;
		this.#items = change.items ?? this.#items;
		this.#older = change.older ?? this.#older;
		this.#waiting = change.waiting ?? this.#waiting;
		this.#unseen = change.unseen ?? this.#unseen;
		this.#head = change.head ?? this.#head;
		this.#unsent = change.unsent ?? this.#unsent;
		this.#cleared = change.cleared ?? this.#cleared;
		this.#covered = change.covered ?? this.#covered;
	}
}
