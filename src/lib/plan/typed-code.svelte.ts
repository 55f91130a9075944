/** A code that somebody is typing, and what is to be said of it so far: docs/PROTOCOL.md §16.2. No server is asked for a typo. */
import { codeSize, foldCode, formatCode, isCode } from '#protocol/codes';
import type { Calls } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';

export type CodeKind = Calls['checkCode'][0]['kind'];
export type TypedVerdict =
	| 'empty'
	/** Fewer than 16 characters. */
	| 'short'
	| 'long'
	/** A character that no code has, or one that doesn't fit the others. */
	| 'typo'
	/** 16 characters, and the vault has not said yet whether they fit. */
	| 'checking'
	| 'good';

export class TypedCode {
	readonly #kind: CodeKind;
	readonly #vault: Pick<Vault, 'call'>;
	#text = $state('');
	/** Of the code that it was said of. */
	#checked = $state.raw<{ readonly code: string; readonly fits: boolean } | null>(null);
	#checking: Promise<void> = Promise.resolve();

	constructor(kind: CodeKind, vault: Pick<Vault, 'call'>) {
		this.#kind = kind;
		this.#vault = vault;
	}

	/** As it was typed. */
	get text(): string {
		return this.#text;
	}

	set text(text: string) {
		this.#text = text;
		const { code } = this;
		if (isCode(code) && this.#checked?.code !== code) this.#checking = this.#check(code);
	}

	/** As it was meant. */
	get code(): string {
		return foldCode(this.#text);
	}

	/** In groups of four. */
	get shown(): string {
		return formatCode(this.code);
	}

	get size(): number {
		return this.code.length;
	}

	get verdict(): TypedVerdict {
		const { code, size } = this;
		if (size === 0) return 'empty';
		if (size !== codeSize) return size < codeSize ? 'short' : 'long';
		if (!isCode(code)) return 'typo';
		if (this.#checked?.code !== code) return 'checking';
		return this.#checked.fits ? 'good' : 'typo';
	}

	/** The verdict once the vault has spoken. Throws a `VaultError` when it can't. */
	async judged(): Promise<Exclude<TypedVerdict, 'checking'>> {
		if (this.verdict === 'checking') await this.#checking.catch(() => undefined);
		if (this.verdict === 'checking') await this.#check(this.code);
		const { verdict } = this;
		// Typed on meanwhile: what stands there now is judged in its turn.
		return verdict === 'checking' ? this.judged() : verdict;
	}

	async #check(code: string): Promise<void> {
		const { fits } = await this.#vault.call('checkCode', { kind: this.#kind, code });
		this.#checked = { code, fits };
	}
}
