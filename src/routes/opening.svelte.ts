/** The form that opens a room, as the home page holds it. */
import { preloadCode } from '$app/navigation';
import type * as WalletCode from '$lib/plan/wallet.svelte';
import type { Purse } from '$lib/room/draft';
import { unlessAborted } from '$lib/room/timers';
import type { EntryProblem } from '$lib/room/view';
import { NoToken, RoomError } from '$lib/room/view';
import { modes } from '#protocol/mode';
import type { Mode } from '#protocol/mode';
import { direct, endWhenEmpty, keepWhenEmpty, live } from '#protocol/live';
import { defaultPlans, minPeople } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';
import { endOfPeriod, periodOf } from '#protocol/tokens';
import { isRoomName, maxRoomNameCodePoints, countCodePoints } from '#protocol/text';
import { liveChoosing, liveTimes, storedChoosing } from './lifetime';
import { Lifetime } from './lifetime-choice.svelte';
import { NewPassword } from './new-password.svelte';
import type { PasswordFault } from './new-password.svelte';
import { pageOffer } from './offer.svelte';
import type QuotaNotice from './QuotaNotice.svelte';

export type NameFault = 'long' | 'forbidden';
/** Stands in the place of the form. `again`: unix ms. */
export type Quota = { readonly Notice: typeof QuotaNotice; readonly rooms: number; readonly again: number };

type Wallet = typeof WalletCode.wallet;
type Problem = EntryProblem | WalletCode.WalletProblem;

export class Opening {
	mode = $state<Mode>('stored');
	name = $state('');
	readonly password = new NewPassword();
	/** Of a room that may be had without a password. */
	wantsPassword = $state(false);
	/** Of a Live room. */
	endsEmpty = $state(true);
	readonly #storedLifetime = new Lifetime(
		storedChoosing,
		() => this.plan,
		() => (this.planName === 'free' ? this.#plans.pro : undefined)
	);
	readonly #liveLifetime = new Lifetime(liveChoosing, () => liveTimes);

	#people = $state<number | null>(null);
	#wallet = $state.raw<Wallet | null>(null);
	#problemOf: typeof WalletCode.problemOf = () => 'unexpected';
	#nameFault = $state<NameFault | null>(null);
	#passwordFault = $state<PasswordFault | null>(null);
	#busy = $state(false);
	#trying = new AbortController();
	#progress = $state(0);
	#problem = $state<Problem | null>(null);
	#quota = $state.raw<Quota | null>(null);

	/** While the server has not answered nothing says that one isn't there. */
	get modes(): readonly Mode[] {
		return pageOffer.held?.modes ?? modes;
	}

	/** Direct rooms can go by a relay; `null` while the server has not answered. */
	get hasRelay(): boolean | null {
		return pageOffer.held?.relay ?? null;
	}

	/** `null` while the server has not answered. */
	get plansOn(): boolean | null {
		return pageOffer.held?.plansOn ?? null;
	}

	/** What the server offers; `failed`: and it will not be known soon. */
	get unknown(): boolean | 'failed' {
		return this.plansOn === null && (pageOffer.failed ? 'failed' : true);
	}

	/** Where plans are off there is nothing less than Pro. */
	get planName(): PlanName {
		return this.plansOn === false ? 'pro' : (this.#wallet?.plan ?? 'free');
	}

	get plan(): Plan {
		return this.#plans[this.planName] ?? defaultPlans[this.planName];
	}

	/** Free rooms used this month and those that there are; `null` without a limit, and while it isn't known. */
	get used(): { readonly rooms: number; readonly of: number } | null {
		const all = this.#wallet?.size ?? this.plan.roomsPerMonth;
		if (!this.plansOn || this.#wallet === null || this.planName !== 'free' || all === undefined) return null;
		return { rooms: this.#wallet.used ?? 0, of: all };
	}

	/** Rooms opened from here with Pro this month; `null` without. */
	get proRooms(): number | null {
		return this.plansOn && this.planName === 'pro' ? (this.#wallet?.proRooms ?? 0) : null;
	}

	/** There was Pro here, or was to be, and the server says that there is none. */
	get refused(): boolean {
		return this.plansOn === true && (this.#wallet?.refused ?? false);
	}

	get lifetime(): Lifetime {
		return this.mode === 'stored' ? this.#storedLifetime : this.#liveLifetime;
	}

	get asksPassword(): boolean {
		return this.mode === 'stored' || this.wantsPassword;
	}

	get mostPeople(): number {
		return this.mode === 'stored' ? this.plan.people : live.people;
	}

	get people(): number {
		return Math.min(this.#people ?? defaultPlans.free.people, this.mostPeople);
	}

	set people(people: number) {
		this.#people = people;
	}

	get nameFault(): NameFault | null {
		return this.#nameFault;
	}

	get passwordFault(): PasswordFault | null {
		return this.#passwordFault;
	}

	get busy(): boolean {
		return this.#busy;
	}

	/** This month's rooms are being made: what there is to wait for before the key. */
	get makingTokens(): boolean {
		return this.#wallet?.making ?? false;
	}

	/** Of making what is waited for, 0 to 1. */
	get progress(): number {
		return this.makingTokens ? (this.#wallet?.progress ?? 0) : this.#progress;
	}

	get problem(): Problem | null {
		return this.#problem;
	}

	/** This month's rooms are used up, and one more was asked for. */
	get quota(): Quota | null {
		return this.#quota;
	}

	closeQuota(): void {
		this.#quota = null;
	}

	/** Asks the server what it offers and begins to work ahead, as soon as there is a network. Returns what stops that. */
	prepare(): () => void {
		const ended = new AbortController();
		let stop: (() => void) | undefined;
		const begin = async (): Promise<void> => {
			await pageOffer.read();
			if (ended.signal.aborted || this.plansOn === false) return;
			// Its script comes from the same server: whoever opens a room while that is away is told so.
			const wallet = await this.#loadWallet().catch(() => null);
			await wallet?.load();
			if (!ended.signal.aborted && this.plansOn === true) stop ??= wallet?.workAhead();
		};
		const attempt = (): void => void begin().catch(reportError);
		addEventListener('online', attempt, { signal: ended.signal });
		attempt();
		return () => {
			ended.abort();
			stop?.();
		};
	}

	/** Resolves with whether a room is open now; everything typed stays when not. */
	async open(): Promise<boolean> {
		if (this.#busy) return false;
		this.#busy = true;
		this.#progress = 0;
		this.#problem = null;
		const { signal } = (this.#trying = new AbortController());
		try {
			const checked = await unlessAborted(this.#check(), signal);
			const fits = this.#lifetimeSeconds() !== null;
			return checked !== null && fits && (await this.#open(checked, signal));
		} catch (error) {
			await this.#fail(error);
			return false;
		} finally {
			this.#busy = false;
		}
	}

	cancel(): void {
		this.#trying.abort(new RoomError('cancelled'));
		this.#wallet?.cancel();
	}

	get #plans(): Partial<Record<PlanName, Plan>> {
		return pageOffer.held?.plans ?? defaultPlans;
	}

	async #loadWallet(): Promise<Wallet> {
		const { wallet, problemOf } = await import('$lib/plan/wallet.svelte');
		this.#wallet = wallet;
		this.#problemOf = problemOf;
		return wallet;
	}

	/** False when the lifetime has to be put right first. */
	async #open(checked: { readonly password?: string }, signal: AbortSignal): Promise<boolean> {
		const purse = await unlessAborted(this.#purse(), signal);
		// The plan may be known only now, and what may be chosen with it.
		const lifetimeSeconds = this.#lifetimeSeconds();
		if (lifetimeSeconds === null) return false;
		// The page too, before anything is spent: a room that can't be shown is lost.
		const [{ openRoom }] = await unlessAborted(Promise.all([import('$lib/room/create'), preloadCode('/r')]), signal);
		const answers = {
			mode: this.mode,
			roomName: this.#cleanName(),
			...checked,
			...(this.mode === 'relayed' ? { emptyPolicy: this.endsEmpty ? endWhenEmpty : keepWhenEmpty } : {}),
			people: this.mode === 'direct' ? direct.people : Math.max(minPeople, this.people),
			lifetimeSeconds,
			openly: this.mode === 'direct' && this.hasRelay !== true,
			...purse
		};
		await openRoom(answers, { signal, onProgress: (progress) => (this.#progress = progress) });
		return true;
	}

	/** Of the plan that the form shows, once it is known; none where plans are off. */
	async #purse(): Promise<{ readonly purse?: Purse }> {
		await pageOffer.read();
		if (this.plansOn === false) return {};
		const wallet = await this.#loadWallet();
		await wallet.knowPlan();
		const plan = this.planName;
		return { purse: { plan, next: () => wallet.next(plan) } };
	}

	async #fail(error: unknown): Promise<void> {
		if (!(error instanceof NoToken)) {
			this.#problem = error instanceof RoomError ? error.problem : 'unexpected';
			return;
		}
		const problem = this.#problemOf(error.cause);
		this.#quota = problem === 'quota' ? await this.#usedUp().catch(() => null) : null;
		// Without the page that says so there is at least a sentence.
		if (this.#quota === null) this.#problem = problem === 'quota' ? 'unexpected' : problem;
	}

	async #usedUp(): Promise<Quota> {
		const { default: Notice } = await import('./QuotaNotice.svelte');
		return { Notice, rooms: this.used?.of ?? 0, again: this.#wallet?.resetsAt ?? endOfPeriod(periodOf(Date.now())) };
	}

	#cleanName(): string {
		return this.name.trim().normalize('NFC');
	}

	/** `null` when the time of one's own has to be put right first. */
	#lifetimeSeconds(): number | null {
		return this.mode === 'direct' ? direct.lifetimeSeconds : this.lifetime.take();
	}

	/** The password to use, if there is to be one; `null` when something has to be put right first. */
	async #check(): Promise<{ readonly password?: string } | null> {
		const name = this.#cleanName();
		const tooLong = countCodePoints(name) > maxRoomNameCodePoints;
		this.#nameFault = isRoomName(name) ? null : tooLong ? 'long' : 'forbidden';
		const taken: { readonly password?: string; readonly fault?: PasswordFault } = this.asksPassword
			? await this.password.take()
			: {};
		this.#passwordFault = taken.fault ?? null;
		if (taken.fault !== undefined || this.#nameFault) return null;
		return taken.password === undefined ? {} : { password: taken.password };
	}
}
