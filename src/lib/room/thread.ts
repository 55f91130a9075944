/** The order of what stands on the screen: numbered messages by the server's number, notes where they happened, unsent ones last. Pure. */
import { ashesOf, isEarly } from './burns.ts';
import type { MessageItem, NoteItem, ThreadItem } from './view.ts';

/** `row`: the server's number, of the message or of the last one before a note; `Infinity` for what has none yet. */
type Slot = { readonly row: number; readonly turn: number; readonly item: ThreadItem };

function compare(a: Slot, b: Slot): number {
	if (a.row !== b.row) return a.row < b.row ? -1 : 1;
	if (a.turn !== b.turn) return a.turn - b.turn;
	return a.item.id < b.item.id ? -1 : Number(a.item.id > b.item.id);
}

export class Thread {
	#slots: Slot[] = [];
	readonly #rowOf = new Map<string, Slot>();
	#turns = 0;
	/** Message → when it burns, whether it is on the screen or not. */
	readonly #burning = new Map<string, number>();
	/** What has burned here never comes back, whatever a server sends. */
	readonly #burned = new Set<string>();
	#items: readonly ThreadItem[] | null = [];

	/** The same array as long as nothing changed. */
	items(): readonly ThreadItem[] {
		this.#items ??= this.#slots.map((slot) => slot.item);
		return this.#items;
	}

	get(id: string): ThreadItem | undefined {
		return this.#rowOf.get(id)?.item;
	}

	message(id: string): MessageItem | undefined {
		const item = this.get(id);
		return item?.kind === 'message' ? item : undefined;
	}

	/** Puts a message where its number says, or takes it there when it was here without one. */
	putMessage(given: MessageItem): void {
		const item = this.#burned.has(given.id) ? ashesOf(given) : given;
		if (item.burn?.at == null) this.#burning.delete(item.id);
		else this.#burning.set(item.id, item.burn.at);
		const before = this.#rowOf.get(item.id);
		const row = item.seq === 0 ? Infinity : item.seq;
		if (before?.row === row) this.#replace(before, item);
		else {
			this.remove(item.id);
			this.#insert({ row, turn: item.seq === 0 ? this.#nextTurn() : 0, item });
		}
	}

	/** Whatever is due by now is only told of from here on. */
	burnDue(now: number): void {
		for (const [id, at] of [...this.#burning]) if (at <= now) this.#burn(id);
	}

	/** The server has burned this row. */
	burnRow(row: number, now: number): void {
		for (const { row: at, item } of this.#slots) if (at === row && item.kind === 'message') this.#burn(item.id, now);
	}

	/** Ms until something burns, or begins to fade `fadeMs` before; `Infinity` when nothing does. */
	nextBurnMs(now: number, fadeMs: number): number {
		let next = Infinity;
		for (const at of this.#burning.values()) next = Math.min(next, at - now > fadeMs ? at - now - fadeMs : at - now);
		return next;
	}

	#burn(id: string, now?: number): void {
		this.#burning.delete(id);
		this.#burned.add(id);
		const slot = this.#rowOf.get(id);
		if (slot?.item.kind !== 'message') return;
		const { burn } = slot.item;
		this.#replace(slot, ashesOf(slot.item, burn?.differs === true || (now !== undefined && isEarly(burn, now))));
	}

	/** `after`: the row that it follows. */
	putNote(item: NoteItem, after: number): void {
		const before = this.#rowOf.get(item.id);
		if (before === undefined) this.#insert({ row: after, turn: this.#nextTurn(), item });
		else this.#replace(before, item);
	}

	/** The line above the first message that came unseen; the one before it goes. */
	putUnread(time: number, row: number): void {
		this.remove('unread');
		this.#insert({ row, turn: -1, item: { kind: 'unread', id: 'unread', time } });
	}

	remove(id: string): void {
		const slot = this.#rowOf.get(id);
		if (slot === undefined) return;
		this.#rowOf.delete(id);
		this.#slots.splice(this.#indexOf(slot), 1);
		this.#items = null;
	}

	/** The notes at the very end, with no message after them. */
	lastNotes(): readonly NoteItem[] {
		return this.#notesFrom(this.#slots.length - 1, -1);
	}

	/** The notes that a note after `row` would stand among, with no message between. */
	notesAt(row: number): readonly NoteItem[] {
		const found = this.#slots.findIndex((slot) => slot.row > row);
		const at = found < 0 ? this.#slots.length : found;
		return [...this.#notesFrom(at - 1, -1), ...this.#notesFrom(at, 1)];
	}

	#notesFrom(start: number, step: 1 | -1): readonly NoteItem[] {
		const notes: NoteItem[] = [];
		for (let i = start; ; i += step) {
			const item = this.#slots[i]?.item;
			if (item?.kind !== 'note') return notes;
			notes.push(item);
		}
	}

	/** Changes the messages for which `change` gives another. */
	mapMessages(change: (item: MessageItem) => MessageItem): void {
		for (const slot of [...this.#slots]) {
			if (slot.item.kind !== 'message') continue;
			const next = change(slot.item);
			if (next !== slot.item) this.#replace(slot, next);
		}
	}

	/** Forgets the messages up to this row. */
	dropUpTo(row: number): void {
		for (const { row: at, item } of [...this.#slots]) if (at <= row && item.kind === 'message') this.remove(item.id);
	}

	/** Forgets everything but what is still to be sent. */
	clear(): void {
		this.#slots = this.#slots.filter((slot) => slot.row === Infinity);
		this.#rowOf.clear();
		for (const slot of this.#slots) this.#rowOf.set(slot.item.id, slot);
		this.#items = null;
	}

	#nextTurn(): number {
		return ++this.#turns;
	}

	#insert(slot: Slot): void {
		this.#rowOf.set(slot.item.id, slot);
		this.#slots.splice(this.#indexOf(slot), 0, slot);
		this.#items = null;
	}

	#replace(before: Slot, item: ThreadItem): void {
		const slot = { ...before, item };
		this.#slots[this.#indexOf(before)] = slot;
		this.#rowOf.set(item.id, slot);
		this.#items = null;
	}

	/** Where the slot stands, or would. */
	#indexOf(slot: Slot): number {
		let [low, high] = [0, this.#slots.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const at = this.#slots[middle];
			if (at !== undefined && compare(at, slot) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
