/** A room as the screens see it: what a stay shows, made reactive, and the verbs passed on. */
import type { BurnSeconds } from '#protocol/burn';
import type { Mode } from '#protocol/mode';
import type { PlanName } from '#protocol/plans';
import type { Entered, Ports } from './ports.ts';
import type { Shown } from './shown.ts';
import { Stay } from './stay.ts';
import type { Ending, Person, RoomView, ServerRow, ThreadItem } from './view.ts';

export class Room implements RoomView {
	readonly name: string;
	readonly mode: Mode;
	readonly link: string;
	readonly password?: string;
	readonly plan: PlanName;
	readonly peopleLimit: number;
	readonly lifetimeMs: number;
	readonly opened: boolean;
	readonly kept: boolean;
	readonly #stay: Stay;
	readonly #keep: Ports['keep'];
	#head = 0;
	#phase = $state.raw<RoomView['phase']>('open');
	#ending = $state.raw<Ending | null>(null);
	#cap = $state.raw<number>();
	#used = $state.raw(0);
	#endsAt = $state.raw(0);
	#now = $state.raw(0);
	#leftMs = $state.raw(0);
	#me: Person;
	#people = $state.raw<readonly Person[]>([]);
	#unnamed = $state.raw(0);
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
		this.peopleLimit = entry.people;
		this.#cap = entry.cap;
		this.lifetimeMs = entry.ageMs + entry.expiresInMs;
		this.opened = entered.me.fp === entered.creator;
		this.kept = ports.shelf !== undefined;
		this.#keep = ports.keep;
		this.#leftMs = entry.expiresInMs;
		this.#used = entry.used;
		this.#stay = new Stay(entered, ports, (change) => this.#show(change));
		this.#endsAt = this.#stay.endsAt;
		this.#now = entered.joined.serverNow();
		this.#me = $state.raw(this.#stay.me);
	}

	get phase(): RoomView['phase'] {
		return this.#phase;
	}

	get ending(): Ending | null {
		return this.#ending;
	}

	get cap(): number | undefined {
		return this.#cap;
	}

	get used(): number {
		return this.#used;
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
		return this.#people;
	}

	get unnamed(): number {
		return this.#unnamed;
	}

	get typing(): readonly string[] {
		return this.#typing;
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

	/** Resolves when the newest page stands on the screen. */
	begin(): Promise<void> {
		return this.#stay.begin();
	}

	/** The page goes: connection and timers end, without a word to anybody. */
	stop(): void {
		this.#stay.stop();
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
		return this.#stay.letPeopleIn();
	}

	serverRows(before?: number): Promise<readonly ServerRow[]> {
		return this.#stay.serverRows(before);
	}

	async keep(asks: boolean): Promise<void> {
		await this.#keep?.({ asks, endsAt: this.#endsAt, lastRead: this.#head });
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
		this.#used = change.used ?? this.#used;
		this.#endsAt = change.endsAt ?? this.#endsAt;
		this.#now = change.now ?? this.#now;
		this.#leftMs = change.leftMs ?? this.#leftMs;
		this.#me = change.me ?? this.#me;
		this.#people = change.people ?? this.#people;
		this.#unnamed = change.unnamed ?? this.#unnamed;
		this.#typing = change.typing ?? this.#typing;
		this.#items = change.items ?? this.#items;
		this.#older = change.older ?? this.#older;
		this.#waiting = change.waiting ?? this.#waiting;
		this.#unseen = change.unseen ?? this.#unseen;
		this.#head = change.head ?? this.#head;
		this.#cleared = change.cleared ?? this.#cleared;
		this.#covered = change.covered ?? this.#covered;
	}
}
