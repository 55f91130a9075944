/**
 * Who is here: connection tags, which the server tells of, tied to keys, which only people's own signed words tell of
 * (docs/PROTOCOL.md §8). Whose tag has gone, or is not named by a server that was started anew, is away for 90 s, unless they have
 * said goodbye, and has left then. Pure: `now` is monotonic ms.
 */
import { awayMs } from '#protocol/limits';
import type { Author } from '../vault/calls.ts';
import { namesakes } from './namesake.ts';
import type { Person } from './view.ts';

export type Known = { readonly sender: string; readonly fp: string; readonly tag: string; readonly author: Author };

export type PresenceNote =
	| { readonly is: 'came' | 'left'; readonly fp: string; readonly nick: string }
	| { readonly is: 'renamed'; readonly fp: string; readonly nick: string; readonly before: string }
	/** A second key under a name, or one that looks like it; `mine`: under one's own. */
	| { readonly is: 'namesake'; readonly fp: string; readonly nick: string; readonly mine: boolean };

export type PresenceEvent = { readonly count: number; readonly joined: readonly string[]; readonly left: readonly string[] };

/** `row`: the newest that they were heard in; what is read from older ones says nothing of today. */
type Member = Known & { readonly connection: string | null; readonly presence: Person['presence']; readonly row: number };

export class Presence {
	readonly #me: string;
	readonly #creator: string;
	readonly #members = new Map<string, Member>();
	/** Connection tags that the server names; since when doesn't matter but for those who came after us. */
	#here = new Set<string>();
	readonly #newcomers = new Set<string>();
	/** Tags that have gone, and when they are given up. */
	readonly #lost = new Map<string, number>();
	#count = 0;
	#snapshotDue = true;
	#namesakes: ReadonlySet<string> = new Set();
	#people: readonly Person[] | null = null;

	/** `me`: a key, `creator`: a fingerprint; lower-case hex. */
	constructor(me: string, creator: string) {
		this.#me = me;
		this.#creator = creator;
	}

	/** A new feed begins with the names of everybody who is there. */
	expectSnapshot(): void {
		this.#snapshotDue = true;
	}

	heardPresence(event: PresenceEvent, now: number): readonly PresenceNote[] {
		this.#count = event.count;
		const before = this.#here;
		const begins = this.#snapshotDue;
		this.#snapshotDue = false;
		const kept = begins ? [] : [...before].filter((connection) => !event.left.includes(connection));
		this.#here = new Set([...kept, ...event.joined]);
		for (const connection of before) if (!this.#here.has(connection)) this.#lost.set(connection, now + awayMs);
		if (!begins) for (const connection of event.joined) this.#newcomers.add(connection);
		return [...this.#members.values()].flatMap((member) => this.#settle(member));
	}

	/** Who was away for too long has left. */
	tick(now: number): readonly PresenceNote[] {
		const before = this.#lost.size;
		for (const [connection, until] of this.#lost) if (until <= now) this.#lost.delete(connection);
		return this.#lost.size === before ? [] : [...this.#members.values()].flatMap((member) => this.#settle(member));
	}

	/** A verified word of somebody, in `row` (0: control). `connection` is `null` in what is read from history. */
	heard({ sender, fp, tag, author }: Known, connection: string | null, row: number): readonly PresenceNote[] {
		const known = { sender, fp, tag, author };
		const before = this.#members.get(known.sender);
		if (before !== undefined && connection === null && row <= before.row) return [];
		this.#people = null;
		const tied = connection ?? before?.connection ?? null;
		if (connection !== null) this.#here.add(connection);
		const presence = this.#presenceOf(tied);
		this.#members.set(known.sender, {
			...known,
			connection: tied,
			presence,
			row: Math.max(row, before?.row ?? 0)
		});
		const marked = this.#namesakes;
		if (before?.author.nick !== known.author.nick) this.#namesakes = looksAlike([...this.#members.values()]);
		if (sender === this.#me || connection === null) return [];
		const coming = this.#coming(before, known, presence === 'here' && this.isNewcomer(connection));
		return [...renaming(before, known), ...coming, ...(marked.has(fp) ? [] : this.#doubling(known))];
	}

	#doubling(known: Known): readonly PresenceNote[] {
		if (!this.#namesakes.has(known.fp)) return [];
		const me = this.#members.get(this.#me);
		const mine = me !== undefined && looksAlike([me, known]).size > 0;
		return [{ is: 'namesake', fp: known.fp, nick: known.author.nick, mine }];
	}

	/** They said that they leave. */
	bye(sender: string): readonly PresenceNote[] {
		const member = this.#members.get(sender);
		if (member?.connection == null) return [];
		this.#here.delete(member.connection);
		this.#lost.delete(member.connection);
		return this.#settle(member);
	}

	/** Whether this connection came after our hello. */
	isNewcomer(connection: string): boolean {
		return this.#newcomers.has(connection);
	}

	/** Whether this connection may not have heard our hello: it came since, or we have never heard a word of it. */
	isStranger(connection: string): boolean {
		return this.isNewcomer(connection) || ![...this.#members.values()].some((member) => member.connection === connection);
	}

	/** Under which connection they are here, or may come back to; `null` when they have left, or the server never named them. */
	tagOf(fp: string): string | null {
		const member = this.#memberOf(fp);
		return member === undefined || member.presence === 'left' ? null : member.connection;
	}

	/** They have spoken, and are neither here nor away. */
	hasLeft(fp: string): boolean {
		return this.#memberOf(fp)?.presence === 'left';
	}

	/** Their key; `null` when they were never heard. */
	keyOf(fp: string): string | null {
		return this.#memberOf(fp)?.sender ?? null;
	}

	/** Fingerprints of those who are here with a verified word, oneself left out. */
	others(): readonly string[] {
		return this.people().flatMap(({ fp, me, presence }) => (me || presence !== 'here' ? [] : [fp]));
	}

	/** Fingerprints of those who are here, or may come back, oneself left out. */
	expected(): readonly string[] {
		return this.people().flatMap(({ fp, me, presence }) => (me || presence === 'left' ? [] : [fp]));
	}

	/** The newcomers of up to now have heard us. */
	greeted(): void {
		this.#newcomers.clear();
	}

	/** Fingerprints of those whose names look alike; the same set as long as it is. */
	get namesakes(): ReadonlySet<string> {
		return this.#namesakes;
	}

	nickOf(fp: string): string {
		return this.#memberOf(fp)?.author.nick ?? '';
	}

	#memberOf(fp: string): Member | undefined {
		return [...this.#members.values()].find((member) => member.fp === fp);
	}

	/** Me first, then who is here, then who has left; by name within. The same array as long as nothing changed. */
	people(): readonly Person[] {
		const rank = (person: Person) => (person.me ? 0 : person.presence === 'here' ? 1 : 2);
		this.#people ??= [...this.#members.values()]
			.map((member) => this.personOf(member))
			.sort((a, b) => rank(a) - rank(b) || a.nick.localeCompare(b.nick) || (a.fp < b.fp ? -1 : 1));
		return this.#people;
	}

	me(): Person {
		const known = this.people().find((person) => person.me);
		if (known === undefined) throw new Error('presence: one must be here oneself first');
		return known;
	}

	personOf({ sender, fp, tag, author }: Known): Person {
		const me = sender === this.#me;
		return {
			fp,
			tag,
			nick: author.nick,
			colour: author.colour,
			presence: me ? 'here' : (this.#members.get(sender)?.presence ?? 'left'),
			me,
			creator: fp === this.#creator,
			namesake: this.#namesakes.has(fp)
		};
	}

	/** Connected by the server's count, without a verified word. */
	unnamed(): number {
		const named = [...this.#members.values()].filter((member) => member.presence === 'here').length;
		return Math.max(0, this.#count - named);
	}

	get count(): number {
		return this.#count;
	}

	/** Nobody else is connected by the server's word, which has come, and nobody is expected back. */
	get isAlone(): boolean {
		return !this.#snapshotDue && this.#count < 2 && !this.people().some(({ me, presence }) => !me && presence === 'away');
	}

	#settle(member: Member): readonly PresenceNote[] {
		const presence = this.#presenceOf(member.connection);
		if (presence === member.presence) return [];
		this.#people = null;
		this.#members.set(member.sender, { ...member, presence });
		const isGoing = presence === 'left' || member.presence === 'left';
		if (member.sender === this.#me || !isGoing) return [];
		return [{ is: presence === 'left' ? 'left' : 'came', fp: member.fp, nick: member.author.nick }];
	}

	#presenceOf(connection: string | null): Person['presence'] {
		if (connection === null) return 'left';
		if (this.#here.has(connection)) return 'here';
		return this.#lost.has(connection) ? 'away' : 'left';
	}

	#coming(before: Member | undefined, known: Known, isNew: boolean): readonly PresenceNote[] {
		if (!isNew || (before !== undefined && before.presence !== 'left')) return [];
		return [{ is: 'came', fp: known.fp, nick: known.author.nick }];
	}
}

function looksAlike(people: readonly Known[]): ReadonlySet<string> {
	return namesakes(people.map(({ fp, author }) => ({ fp, nick: author.nick })));
}

function renaming(before: Member | undefined, { fp, author }: Known): readonly PresenceNote[] {
	if (before === undefined || before.author.nick === author.nick) return [];
	return [{ is: 'renamed', fp, nick: author.nick, before: before.author.nick }];
}
