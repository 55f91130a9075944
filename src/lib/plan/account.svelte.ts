/** The Pro account of this device: its code, and what the server says is paid under it (docs/PROTOCOL.md §16.2). */
import type { Client } from '@urql/core';
import * as api from '../api/plan.ts';
import type { Account } from '../api/plan.ts';
import { dropAccountCode, keepAccountCode, keepFirstAccountCode, readAccountCode } from '../storage/account.ts';
import type { DeviceDatabase } from '../storage/database.ts';
import { device } from '../storage/database.ts';
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
	/** Absent: this device's. */
	readonly database?: Pick<DeviceDatabase, 'transact' | 'read' | 'forgetful'>;
	/** Resolves after so many milliseconds. */
	readonly pause?: (ms: number) => Promise<void>;
};

/** What was asked for, without an answer. `before`: the last day that was paid for then, '' for none, `null` if it wasn't known. */
type Unanswered = { readonly code: string; readonly voucher: string; readonly before: string | null };

/** Between the looks for a payment: a minute all together, and fewer than the server answers in one. */
const looksMs = [0, 2000, 4000, 8000, 16_000, 30_000];
/** Between the looks for what became of a request whose answer was lost. */
const lostMs = [500, 3000];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class ProAccount {
	readonly #vault: Pick<Vault, 'call'>;
	readonly #http: Client;
	readonly #database: NonNullable<AccountPorts['database']>;
	readonly #pause: (ms: number) => Promise<void>;
	#code = $state.raw<string | null>(null);
	#standing = $state.raw<Standing>({ kind: 'unknown' });
	#arrival = $state.raw<Arrival>('none');
	#forgetful = $state(false);
	#unanswered: Unanswered | null = null;

	constructor({ vault, http, database = device, pause = wait }: AccountPorts) {
		this.#vault = vault;
		this.#http = http;
		this.#database = database;
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

	/** The browser keeps nothing for this page: a code that is made or typed goes with it. */
	get forgetful(): boolean {
		return this.#forgetful;
	}

	/** Nothing speaks against paying now. Who may have paid already isn't asked to do so again. */
	get payable(): boolean {
		if (this.#arrival !== 'none') return false;
		if (this.#code === null || this.#standing.kind === 'unpaid') return true;
		return this.paid !== null && this.paid.subscription === undefined;
	}

	/** Reads the code that is kept here, which another tab may have made, replaced or forgotten; the server isn't asked. */
	async load(): Promise<void> {
		const before = this.#code;
		const code = await this.#stored(readAccountCode(this.#database));
		// Changed here meanwhile, or its place was lost: what this page knows is all there is then.
		if (this.#code !== before || (code === null && this.#forgetful)) return;
		if (code !== before) this.#hold(code, 'unknown');
	}

	/** `load`, and asks the server about a code that is another one now. */
	async look(): Promise<void> {
		const before = this.#code;
		await this.load();
		if (this.#code !== before) await this.refresh();
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

	/**
	 * A new one, or the one that another tab has made meanwhile. It is kept before anybody is told of it, so that nothing can be
	 * paid under a code that nobody has.
	 */
	async make(): Promise<string> {
		const { code } = await this.#vault.call('makeAccount', {});
		const kept = await this.#stored(keepFirstAccountCode(code, this.#database));
		this.#hold(kept, kept === code ? 'unpaid' : 'unknown');
		if (kept !== code) await this.refresh();
		return kept;
	}

	/** One from another device. Throws `ACCOUNT` when nothing is paid under it; it is kept only when something is. */
	async enter(code: string): Promise<void> {
		const account = await api.readAccount(this.#http, code);
		await this.keep(code);
		this.#standing = { kind: 'pro', account };
	}

	/** Without asking: a new one, or one whose time is over and that is to be paid for again. */
	async keep(code: string): Promise<void> {
		await this.#stored(keepAccountCode(code, this.#database));
		this.#hold(code, 'unpaid');
	}

	async forget(): Promise<void> {
		await this.#stored(dropAccountCode(this.#database));
		this.#hold(null, 'unknown');
	}

	/** Makes an account when there is none. Throws `VOUCHER`, and whatever else kept it from being redeemed. */
	async redeem(voucher: string): Promise<Account> {
		await this.load();
		if (this.#code === null) await this.make();
		else await this.refresh();
		const code = this.#held();
		const again = this.#unanswered?.code === code && this.#unanswered.voucher === voucher ? this.#unanswered : null;
		const before = again === null ? this.#paidUntil : again.before;
		// One that is used up was used by this page only if it has asked before, and not heard what came of it.
		const mayBeOurs = (problem: PlanProblem): boolean => problem !== 'voucher-used' || again !== null;
		try {
			const account = await this.#change(
				() => api.redeemVoucher(this.#http, code, voucher),
				({ paidUntil }, problem) => mayBeOurs(problem) && before !== null && paidUntil > before
			);
			this.#unanswered = null;
			return account;
		} catch (error) {
			if (toPlanProblem(error) === 'server-away') this.#unanswered = { code, voucher, before };
			throw error;
		}
	}

	async cancel(): Promise<Account> {
		// One whose payment failed ends at once.
		return this.#changeSubscription(api.cancelSubscription, ['ending', undefined]);
	}

	async resume(): Promise<Account> {
		return this.#changeSubscription(api.resumeSubscription, ['active']);
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

	/** '' for nothing; `null` when it isn't known. */
	get #paidUntil(): string | null {
		return this.#known ? (this.paid?.paidUntil ?? '') : null;
	}

	#hold(code: string | null, kind: 'unknown' | 'unpaid'): void {
		this.#code = code;
		this.#standing = { kind };
		if (code === null) this.#arrival = 'none';
	}

	async #stored<Value>(work: Promise<Value>): Promise<Value> {
		try {
			return await work;
		} finally {
			this.#forgetful = this.#database.forgetful;
		}
	}

	get #known(): boolean {
		return this.#standing.kind === 'pro' || this.#standing.kind === 'unpaid';
	}

	#held(): string {
		if (this.#code === null) throw new Error('account: none on this device');
		return this.#code;
	}

	#changeSubscription(change: typeof api.cancelSubscription, wanted: readonly Account['subscription'][]): Promise<Account> {
		const code = this.#held();
		return this.#change(
			() => change(this.#http, code),
			({ subscription }) => wanted.includes(subscription)
		);
	}

	/**
	 * An answer may be lost when what it answers has happened, and asking again is refused then. So whatever went wrong, the
	 * account is what says what is true: `done` knows it when it sees it.
	 */
	async #change(ask: () => Promise<Account>, done: (account: Account, problem: PlanProblem) => boolean): Promise<Account> {
		try {
			const account = await ask();
			this.#standing = { kind: 'pro', account };
			return account;
		} catch (error) {
			const problem = toPlanProblem(error);
			const account = await this.#whatIsTrue(problem);
			if (account === null || !done(account, problem)) throw error;
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
