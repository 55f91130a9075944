/** The quiet lines between the messages: who came and left, what is missing, what could not be verified. */
import type { Gap } from './ledger.ts';
import type { PresenceNote } from './presence.ts';
import type { Thread } from './thread.ts';
import type { NoteItem } from './view.ts';

export type NotesPorts = {
	readonly thread: Thread;
	/** Unix ms. */
	readonly wall: () => number;
	/** The last row that is known; notes stand behind it. */
	readonly lastRow: () => number;
	readonly nickOf: (fp: string) => string;
};

export class Notes {
	readonly #ports: NotesPorts;
	#count = 0;
	/** Note's id → whose coming and going it tells. */
	readonly #goings = new Map<string, string>();
	#gaps = new Set<string>();
	#hidden = 0;

	constructor(ports: NotesPorts) {
		this.#ports = ports;
	}

	tell(note: NoteItem['note'], id = `note ${++this.#count}`, after = this.#ports.lastRow()): string {
		this.#ports.thread.putNote({ kind: 'note', id, time: this.#ports.wall(), note }, after);
		return id;
	}

	tellAll(notes: readonly PresenceNote[]): void {
		for (const { fp, ...note } of notes) {
			if (note.is === 'came' || note.is === 'left') this.#forgetGoings(fp);
			const id = this.tell(note);
			if (note.is !== 'namesake') this.#goings.set(id, fp);
		}
	}

	/** One line for all that stand next to each other. */
	unverified(row: number): void {
		const said = this.#ports.thread.notesAt(row).some((item) => item.note.is === 'unverified');
		if (!said) this.tell({ is: 'unverified' }, `unverified ${row}`, row);
	}

	/** Counted in one line, which stands after the last of them. */
	hidden(row: number): void {
		this.#ports.thread.remove('hidden');
		this.tell({ is: 'hidden', count: ++this.#hidden }, 'hidden', row);
	}

	/** One line, where it happened last. */
	third(): void {
		this.#ports.thread.remove('third');
		this.tell({ is: 'third' }, 'third');
	}

	fork(fp: string): void {
		this.tell({ is: 'fork', nick: this.#ports.nickOf(fp) }, `fork ${fp}`);
	}

	equivocation(fp: string): void {
		this.tell({ is: 'equivocation', nick: this.#ports.nickOf(fp) }, `equivocation ${fp}`);
	}

	/** People here were given different keys for their tokens. */
	tokenKeys(): void {
		this.tell({ is: 'token-keys' }, 'token-keys');
	}

	/** Says what is missing now, and takes back what has come since. */
	gaps(gaps: readonly Gap[]): void {
		const said = new Set<string>();
		for (const { fp, missing, gone } of gaps) {
			const nick = this.#ports.nickOf(fp);
			if (missing > 0) said.add(this.#tellGap({ is: 'missing', nick, count: missing }, `missing ${fp}`));
			if (gone > 0) said.add(this.#tellGap({ is: 'gone', nick, count: gone }, `gone ${fp}`));
		}
		for (const id of this.#gaps) if (!said.has(id)) this.#ports.thread.remove(id);
		this.#gaps = said;
	}

	/** Says nothing anew that stands there already. */
	#tellGap(note: NoteItem['note'], id: string): string {
		const before = this.#ports.thread.get(id);
		const same = before?.kind === 'note' && JSON.stringify(before.note) === JSON.stringify(note);
		if (!same) this.tell(note, id);
		return id;
	}

	/** Who comes and goes with nothing said between is told of once. */
	#forgetGoings(fp: string): void {
		for (const { id } of this.#ports.thread.lastNotes()) {
			if (this.#goings.get(id) !== fp) continue;
			this.#goings.delete(id);
			this.#ports.thread.remove(id);
		}
	}
}
