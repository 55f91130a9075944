/** The Pro account of this device: its code, and what the server says is paid under it (docs/PROTOCOL.md §16.2). */
import type { Client } from '@urql/core';
import * as api from '../api/plan.ts';
import type { Account } from '../api/plan.ts';
import { dropAccountCode, keepAccountCode, readAccountCode } from '../storage/account.ts';
import type { Vault } from '../vault/vault.ts';
import { toPlanProblem } from './problems.ts';
import type { PlanProblem } from './problems.ts';

export type Standing =
	/** Nobody has asked yet, or the answer is on its way. */
	| { readonly kind: 'unknown' }
	/** Nothing is paid under the code. */
	| { readonly kind: 'unpaid' }
	| { readonly kind: 'pro'; readonly account: Account }
	| { readonly kind: 'unread'; readonly problem: PlanProblem };

/** `arriving`: somebody is back from the payment page, and the payment isn't seen yet. `late`: nor was it after a minute. */
export type Arrival = 'none' | 'arriving' | 'late';

export type AccountPorts = {
	readonly vault: Pick<Vault, 'call'>;
	readonly http: Client;
	readonly storage?: {
		readonly read: () => Promise<string | null>;
		readonly keep: (code: string) => Promise<void>;
		readonly drop: () => Promise<void>;
	};
	/** Resolves after so many milliseconds. */
	readonly pause?: (ms: number) => Promise<void>;
};

const device = { read: () => readAccountCode(), keep: (code: string) => keepAccountCode(code), drop: () => dropAccountCode() };
/** Between the looks for a payment: a minute all together, and fewer than the server answers in one. */
const looksMs = [0, 2000, 4000, 8000, 16_000, 30_000];
/** Between the looks for what became of a request whose answer was lost. */
const lostMs = [500, 3000];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class ProAccount {
	readonly #vault: Pick<Vault, 'call'>;
	readonly #http: Client;
	readonly #storage: NonNullable<AccountPorts['storage']>;
	readonly #pause: (ms: number) => Promise<void>;
	#code = $state.raw<string | null>(null);
	#standing = $state.raw<Standing>({ kind: 'unknown' });
	#arrival = $state.raw<Arrival>('none');

	constructor({ vault, http, storage = device, pause = wait }: AccountPorts) {
		this.#vault = vault;
		this.#http = http;
		this.#storage = storage;
		this.#pause = pause;
	}

	/** 16 characters without dashes; `null` when this device has none. */
	get code(): string | null {
		return this.#code;
	}

	get standing(): Standing {
		return this.#standing;
	}

	get arrival(): Arrival {
		return this.#arrival;
	}

	get paid(): Account | null {
		return this.#standing.kind === 'pro' ? this.#standing.account : null;
	}

	/** Reads the code that is kept here; the server isn't asked. */
	async load(): Promise<void> {
		this.#code = await this.#storage.read();
	}

	/** Never throws: what went wrong is the standing, unless something was known before. */
	async refresh(): Promise<void> {
		if (this.#code === null) return;
		try {
			await this.#read(this.#code);
		} catch (error) {
			const problem = toPlanProblem(error);
			if (problem === 'no-pro') this.#standing = { kind: 'unpaid' };
			else if (!this.#known) this.#standing = { kind: 'unread', problem };
		}
	}

	/** A new one. It is kept before anybody is told of it, so that nothing can be paid under a code that nobody has. */
	async make(): Promise<string> {
		const { code } = await this.#vault.call('makeAccount', {});
		await this.keep(code);
		return code;
	}

	/** One from another device. Throws `ACCOUNT` when nothing is paid under it; it is kept only when something is. */
	async enter(code: string): Promise<void> {
		const account = await api.readAccount(this.#http, code);
		await this.keep(code);
		this.#standing = { kind: 'pro', account };
	}

	/** Without asking: a new one, or one whose time is over and that is to be paid for again. */
	async keep(code: string): Promise<void> {
		await this.#storage.keep(code);
		this.#code = code;
		this.#standing = { kind: 'unpaid' };
	}

	async forget(): Promise<void> {
		await this.#storage.drop();
		this.#code = null;
		this.#standing = { kind: 'unknown' };
		this.#arrival = 'none';
	}

	/** Makes an account when there is none. Throws `VOUCHER`, and whatever else kept it from being redeemed. */
	async redeem(voucher: string): Promise<Account> {
		const code = this.#code ?? (await this.make());
		if (!this.#known) await this.refresh();
		const before = this.#known ? (this.paid?.paidUntil ?? '') : null;
		return this.#change(
			() => api.redeemVoucher(this.#http, code, voucher),
			({ paidUntil }) => before !== null && paidUntil > before
		);
	}

	async cancel(): Promise<Account> {
		return this.#changeSubscription(api.cancelSubscription, 'ending');
	}

	async resume(): Promise<Account> {
		return this.#changeSubscription(api.resumeSubscription, 'active');
	}

	/** The address of the payment company's page where Pro is paid for, or where the card is changed. */
	async paymentPage(which: 'checkout' | 'portal'): Promise<string> {
		const ask = which === 'checkout' ? api.startCheckout : api.managePayment;
		return ask(this.#http, this.#held());
	}

	/** Back from the payment page: the company tells the server in its own time. Ends with the payment, or as `late`. */
	async awaitPayment(): Promise<void> {
		if (this.#code === null || this.#arrival === 'arriving') return;
		this.#arrival = 'arriving';
		for (const ms of looksMs) {
			await this.#pause(ms);
			// Forgotten meanwhile, on this page.
			if (this.#code === null) return;
			await this.refresh();
			if (this.paid?.subscription !== undefined) {
				this.#arrival = 'none';
				return;
			}
		}
		this.#arrival = 'late';
	}

	get #known(): boolean {
		return this.#standing.kind === 'pro' || this.#standing.kind === 'unpaid';
	}

	#held(): string {
		if (this.#code === null) throw new Error('account: none on this device');
		return this.#code;
	}

	#changeSubscription(change: typeof api.cancelSubscription, wanted: NonNullable<Account['subscription']>): Promise<Account> {
		const code = this.#held();
		return this.#change(
			() => change(this.#http, code),
			({ subscription }) => subscription === wanted
		);
	}

	/**
	 * An answer may be lost when what it answers has happened, and asking again is refused then. So whatever went wrong, the
	 * account is what says what is true: `done` knows it when it sees it.
	 */
	async #change(ask: () => Promise<Account>, done: (account: Account) => boolean): Promise<Account> {
		try {
			const account = await ask();
			this.#standing = { kind: 'pro', account };
			return account;
		} catch (error) {
			const account = await this.#whatIsTrue(toPlanProblem(error));
			if (account === null || !done(account)) throw error;
			return account;
		}
	}

	/** `null` when it can't be told. */
	async #whatIsTrue(problem: PlanProblem): Promise<Account | null> {
		if (problem === 'too-fast' || problem === 'busy') return null;
		for (const ms of problem === 'server-away' ? lostMs : [0]) {
			await this.#pause(ms);
			const account = await this.#read(this.#held()).catch(() => null);
			if (account !== null) return account;
		}
		return null;
	}

	async #read(code: string): Promise<Account> {
		const account = await api.readAccount(this.#http, code);
		if (code === this.#code) this.#standing = { kind: 'pro', account };
		return account;
	}
}
