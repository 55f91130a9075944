/** The password of a room that is about to be opened: four words from this device, or one's own with an honest word about it. */
import type { Strength } from '$lib/room/passwords';
import { countCodePoints, maxPasswordCodePoints, minNewPasswordCodePoints } from '#protocol/text';

export type PasswordFault = 'short' | 'long' | 'leaked' | 'no-words';

export class NewPassword {
	#words = $state<string | null>(null);
	#failed = $state(false);
	#strength = $state.raw<Strength | null>(null);
	#own = $state(false);
	#typed = $state('');
	#asked = 0;
	#drawing: Promise<void> | null = null;

	/** `null` while they are being made. */
	get words(): string | null {
		return this.#words;
	}

	/** The words couldn't be made: only an own password is left. */
	get failed(): boolean {
		return this.#failed;
	}

	get own(): boolean {
		return this.#own;
	}

	get typed(): string {
		return this.#typed;
	}

	set typed(typed: string) {
		this.#typed = typed;
		this.#judge(typed).catch(() => (this.#strength = null));
	}

	/** Of the own password; `null` while it is empty or not judged yet. */
	get strength(): Strength | null {
		return this.#strength;
	}

	useOwn(own: boolean): void {
		this.#own = own;
	}

	/** Never throws: a failure is told by `failed`. */
	drawWords(): Promise<void> {
		this.#drawing ??= this.#draw().finally(() => (this.#drawing = null));
		return this.#drawing;
	}

	/** The password to use, or why there is none; waits for words that are still being made. */
	async take(): Promise<{ readonly password: string } | { readonly fault: PasswordFault }> {
		if (this.#own) return this.#takeOwn(this.#typed);
		if (this.#words === null) await this.drawWords();
		return this.#words === null ? { fault: 'no-words' } : { password: this.#words };
	}

	async #draw(): Promise<void> {
		this.#words = null;
		this.#failed = false;
		try {
			const { newWords } = await import('$lib/room/passwords');
			this.#words = await newWords();
		} catch {
			this.#failed = true;
		}
	}

	/** One of the 10,000 most common passwords opens no room: docs/PROTOCOL.md §4. */
	async #takeOwn(typed: string): Promise<{ readonly password: string } | { readonly fault: PasswordFault }> {
		const length = countCodePoints(typed);
		if (length < minNewPasswordCodePoints) return { fault: 'short' };
		if (length > maxPasswordCodePoints) return { fault: 'long' };
		const { passwordStrength } = await import('$lib/room/passwords');
		const strength = await passwordStrength(typed);
		return strength.reason === 'leaked' ? { fault: 'leaked' } : { password: typed };
	}

	/** Only the answer to the newest question counts. */
	async #judge(typed: string): Promise<void> {
		const asked = ++this.#asked;
		if (typed === '') {
			this.#strength = null;
			return;
		}
		const { passwordStrength } = await import('$lib/room/passwords');
		const strength = await passwordStrength(typed);
		if (asked === this.#asked) this.#strength = strength;
	}
}
