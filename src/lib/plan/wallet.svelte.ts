/** This page's wallet, as screens see it: what is left of the month, and how far the work for more is. Every getter is reactive. */
import type { PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { endOfPeriod } from '#protocol/tokens';
import { createHttpClient } from '../api/client.ts';
import { device } from '../storage/database.ts';
import { estimateProgress } from '../vault/progress.ts';
import type { WorkDone } from '../vault/token-calls.ts';
import type { WalletProblem } from './wallet-problems.ts';
import { toWalletError, WalletError } from './wallet-problems.ts';
import { whenQuiet } from './quiet.ts';
import type { Counts, Ports } from './wallet.ts';
import { TokenStore } from './wallet.ts';

export type { WalletProblem } from './wallet-problems.ts';

/** Fits the `Purse` that opening a room takes. */
type Ticket = { readonly token: Token; settle(answer: 'used' | 'spent' | 'refused'): Promise<void> };

const lockName = 'epr1.tokens';

/** Without Web Locks two tabs may both do the work; one batch is kept. */
async function alone<Value>(run: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
	if (!('locks' in navigator)) return run();
	// TypeScript's DOM gives what the callback resolves with as it is, a promise of a promise.
	return (await navigator.locks.request(lockName, { signal }, run)) as Value;
}

function draw(below: number): number {
	const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
	return Math.floor((value / 2 ** 32) * below);
}

const pagePorts = (): Ports => ({
	client: createHttpClient(),
	database: device,
	now: () => Date.now(),
	draw,
	alone
});

export class Wallet {
	readonly #store: TokenStore;
	#counts = $state.raw<Counts | null>(null);
	#work = $state.raw<WorkDone | null>(null);
	#making = $state.raw<Promise<void> | null>(null);
	#stop = new AbortController();
	/** The person stopped the work that began by itself: it begins again when they ask for a room. */
	#unwanted = false;

	constructor(ports: Ports) {
		this.#store = new TokenStore(ports);
	}

	/** Free until `load` has looked: `knowPlan` before a room is opened. */
	get plan(): PlanName {
		return this.#counts?.plan ?? 'free';
	}

	/** This device has a code that is good for nothing now. */
	get refused(): boolean {
		return this.#counts?.hasCode === true && this.plan === 'free';
	}

	/** Free rooms opened this month; `null` before this month's batch and `load`. */
	get used(): number | null {
		const { size = null, left = 0 } = this.#counts ?? {};
		return size === null ? null : Math.max(0, size - left);
	}

	/** Free rooms of this month, used or not; `null` before this month's batch and `load`. */
	get size(): number | null {
		return this.#counts?.size ?? null;
	}

	/** Rooms opened from this device with Pro this month. */
	get proRooms(): number {
		return this.#counts?.proRooms ?? 0;
	}

	/** Unix ms: when counting starts again; `null` until `load` has looked. */
	get resetsAt(): number | null {
		return this.#counts && endOfPeriod(this.#counts.period);
	}

	/** Whether this month's rooms are being made. */
	get making(): boolean {
		return this.#work !== null;
	}

	/** Of the work for them, 0 to 1. */
	get progress(): number {
		return this.#work === null ? 0 : estimateProgress(this.#work.tried, this.#work.expected);
	}

	/** Looks at what this device has, which an account that was kept or forgotten changes too. */
	async load(): Promise<void> {
		this.#counts = await this.#store.counts();
	}

	/**
	 * Works ahead while the home page is open: this month's free batch after a moment of quiet, Pro tokens when it is their time.
	 * Returns the function that ends it; a batch that has begun is finished.
	 */
	workAhead(): () => void {
		const ended = new AbortController();
		void this.#workAhead(ended.signal).catch(reportError);
		return () => ended.abort();
	}

	/** Resolves when the plan is known as far as it can be, with what the server is just about to say of the code. */
	async knowPlan(): Promise<void> {
		await this.load();
		if (this.#counts?.hasCode !== true) return;
		await this.#settled();
		await this.load();
	}

	/** A token for one room of that plan. Throws `WalletError`. */
	async next(plan: PlanName): Promise<Ticket> {
		this.#unwanted = false;
		const { signal } = this.#stop;
		// When it failed, this try says why.
		await this.#settled();
		// Whoever stopped what they were waiting for has stopped this too.
		if (signal.aborted) throw new WalletError('cancelled');
		const stored = await this.#run((running) => this.#store.next(plan, running));
		return {
			token: stored.token,
			settle: async (answer) => {
				await this.#store[answer](stored);
				await this.load();
			}
		};
	}

	/** Stops the work for tokens; whoever waits is told `cancelled`. */
	cancel(): void {
		this.#unwanted = true;
		this.#stop.abort();
		this.#stop = new AbortController();
	}

	/** What began by itself is over, however. */
	async #settled(): Promise<void> {
		while (this.#making !== null) await this.#making;
	}

	async #workAhead(ended: AbortSignal): Promise<void> {
		await this.load();
		if (this.#counts?.hasCode === true && !ended.aborted) await this.#tend(ended);
		if (ended.aborted || this.plan === 'pro' || this.size !== null) return;
		const stop = whenQuiet(() => {
			if (this.#unwanted || this.#making !== null) return;
			// Nobody waits for it yet: whoever opens a room is told what is wrong.
			this.#run((running) => this.#store.makeFree(running)).catch(() => undefined);
		});
		ended.addEventListener('abort', stop);
	}

	async #tend(ended: AbortSignal): Promise<void> {
		const waitMs = await this.#run((running) => this.#store.tend(running));
		if (waitMs === null || ended.aborted) return;
		const timer = setTimeout(() => void this.#tend(ended).catch(reportError), waitMs);
		ended.addEventListener('abort', () => clearTimeout(timer));
	}

	async #run<Value>(
		task: (running: { signal: AbortSignal; onWork: (done: WorkDone) => void }) => Promise<Value>
	): Promise<Value> {
		const { signal } = this.#stop;
		const running = task({ signal, onWork: (done) => (this.#work = done) });
		const making = running.then(
			() => undefined,
			() => undefined
		);
		this.#making = making;
		try {
			return await running;
		} finally {
			if (this.#making === making) {
				this.#making = null;
				this.#work = null;
			}
			await this.load();
		}
	}
}

export const wallet = new Wallet(pagePorts());

export function problemOf(error: unknown): WalletProblem {
	return toWalletError(error).problem;
}
