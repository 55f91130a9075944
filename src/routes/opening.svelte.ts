/** The form that opens a room, as the home page holds it. */
import type * as WalletCode from '$lib/plan/wallet.svelte';
import type { EntryProblem } from '$lib/room/view';
import { NoToken, RoomError } from '$lib/room/view';
import type { Mode } from '#protocol/mode';
import { defaultPlans, minPeople } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';
import { endOfPeriod, periodOf } from '#protocol/tokens';
import { isRoomName, maxRoomNameCodePoints, countCodePoints } from '#protocol/text';
import { Lifetime } from './lifetime-choice.svelte';
import { NewPassword } from './new-password.svelte';
import type { PasswordFault } from './new-password.svelte';
import { pageOffer } from './offer.svelte';

export type NameFault = 'long' | 'forbidden';
/** Stands in the place of the form. `again`: unix ms. */
export type Quota = { readonly rooms: number; readonly again: number };

type Wallet = typeof WalletCode.wallet;
type Problem = EntryProblem | WalletCode.WalletProblem;

export class Opening {
	mode = $state<Mode>('stored');
	name = $state('');
	readonly password = new NewPassword();
	readonly lifetime = new Lifetime(
		() => this.plan,
		() => (this.planName === 'free' ? this.#plans.pro : undefined)
	);

	#people = $state<number | null>(null);
	#wallet = $state.raw<Wallet | null>(null);
	#problemOf: typeof WalletCode.problemOf = () => 'unexpected';
	#nameFault = $state<NameFault | null>(null);
	#passwordFault = $state<PasswordFault | null>(null);
	#busy = $state(false);
	#progress = $state(0);
	#problem = $state<Problem | null>(null);
	#quota = $state.raw<Quota | null>(null);

	get modes(): readonly Mode[] {
		return pageOffer.held?.modes ?? ['stored'];
	}

	/** `null` while the server has not answered. */
	get plansOn(): boolean | null {
		return pageOffer.held?.plansOn ?? null;
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

	get people(): number {
		return Math.min(this.#people ?? defaultPlans.free.people, this.plan.people);
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

	/** Asks the server what it offers and begins to work ahead. Returns what stops that. */
	prepare(): () => void {
		let ended = false;
		let stop = (): void => undefined;
		const begin = async (): Promise<void> => {
			await pageOffer.read();
			if (ended || pageOffer.held?.plansOn !== true) return;
			// Its script comes from the same server: whoever opens a room while that is away is told so.
			const wallet = await this.#loadWallet().catch(() => null);
			if (!ended && wallet !== null) stop = wallet.workAhead();
		};
		begin().catch(reportError);
		return () => {
			ended = true;
			stop();
		};
	}

	/** Resolves with whether a room is open now; everything typed stays when not. */
	async open(): Promise<boolean> {
		if (this.#busy) return false;
		this.#busy = true;
		this.#progress = 0;
		this.#problem = null;
		try {
			const password = await this.#check();
			const lifetimeSeconds = this.lifetime.take();
			if (password === null || lifetimeSeconds === null) return false;
			await this.#open(password, lifetimeSeconds);
			return true;
		} catch (error) {
			this.#fail(error);
			return false;
		} finally {
			this.#busy = false;
		}
	}

	async cancel(): Promise<void> {
		const { cancelOpening } = await import('$lib/room/create');
		this.#wallet?.cancel();
		cancelOpening();
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

	async #open(password: string, lifetimeSeconds: number): Promise<void> {
		await pageOffer.read();
		const { openRoom } = await import('$lib/room/create');
		const purse = this.plansOn === false ? {} : { purse: await this.#purse() };
		await openRoom({
			mode: this.mode,
			roomName: this.#cleanName(),
			password,
			people: Math.max(minPeople, this.people),
			lifetimeSeconds,
			onProgress: (progress) => (this.#progress = progress),
			...purse
		});
	}

	/** Of the plan that the form shows. */
	async #purse(): Promise<{ next: () => ReturnType<Wallet['next']> }> {
		const wallet = await this.#loadWallet();
		const plan = this.planName;
		return { next: () => wallet.next(plan) };
	}

	#fail(error: unknown): void {
		if (!(error instanceof NoToken)) {
			this.#problem = error instanceof RoomError ? error.problem : 'unexpected';
			return;
		}
		const problem = this.#problemOf(error.cause);
		if (problem !== 'quota') this.#problem = problem;
		else this.#quota = { rooms: this.used?.of ?? 0, again: this.#wallet?.resetsAt ?? endOfPeriod(periodOf(Date.now())) };
	}

	#cleanName(): string {
		return this.name.trim().normalize('NFC');
	}

	/** The password to use, or `null` when something has to be put right first. */
	async #check(): Promise<string | null> {
		const name = this.#cleanName();
		const tooLong = countCodePoints(name) > maxRoomNameCodePoints;
		this.#nameFault = isRoomName(name) ? null : tooLong ? 'long' : 'forbidden';
		const taken = await this.password.take();
		this.#passwordFault = 'fault' in taken ? taken.fault : null;
		return 'fault' in taken || this.#nameFault ? null : taken.password;
	}
}
