/** Which lifetime is chosen, and which was wanted in vain. */
import type { Plan } from '#protocol/plans';
import { chipsOf, defaultLifetime, parseCustom } from './lifetime';
import type { CustomFault, LifetimeChip, Unit } from './lifetime';

export type Wanted = number | 'custom';

export class Lifetime {
	readonly #plan: () => Plan;
	readonly #greater: () => Plan | undefined;
	typed = $state('30');
	unit = $state<Unit>('days');
	#chosen = $state<Wanted | null>(null);
	#refused = $state<Wanted | null>(null);
	#fault = $state<CustomFault | null>(null);

	/** `greater`: the plan that has more to choose from; absent with it, and where plans are off. */
	constructor(plan: () => Plan, greater: () => Plan | undefined) {
		this.#plan = plan;
		this.#greater = greater;
	}

	get chips(): readonly LifetimeChip[] {
		return chipsOf(this.#plan(), this.#greater());
	}

	get customAllowed(): boolean {
		return this.#plan().maxLifetimeSeconds !== undefined;
	}

	get customShown(): boolean {
		return this.customAllowed || this.#greater()?.maxLifetimeSeconds !== undefined;
	}

	/** Seconds: the longest time of one's own. */
	get most(): number {
		return this.#plan().maxLifetimeSeconds ?? 0;
	}

	/** What counts. */
	get picked(): Wanted {
		if (this.#chosen === 'custom') return this.customAllowed ? 'custom' : defaultLifetime(this.#plan());
		const chosen = this.#plan().lifetimesSeconds.find((seconds) => seconds === this.#chosen);
		return chosen ?? defaultLifetime(this.#plan());
	}

	/** Seconds: what counts while there is no time of one's own to choose. */
	get kept(): number {
		return this.picked === 'custom' ? defaultLifetime(this.#plan()) : this.picked;
	}

	/** Wanted a moment ago, and part of Pro. */
	get refused(): Wanted | null {
		return this.#refused;
	}

	get fault(): CustomFault | null {
		return this.#fault;
	}

	/** False when it can't be had: the earlier choice stays. */
	choose(wanted: Wanted): boolean {
		const allowed = wanted === 'custom' ? this.customAllowed : this.#plan().lifetimesSeconds.includes(wanted);
		this.#refused = allowed ? null : wanted;
		if (allowed) this.#chosen = wanted;
		return allowed;
	}

	/** Seconds, or `null` when the time of one's own has to be put right first. */
	take(): number | null {
		this.#fault = null;
		const { picked } = this;
		if (picked !== 'custom') return picked;
		const parsed = parseCustom(this.typed, this.unit, this.most);
		if ('seconds' in parsed) return parsed.seconds;
		this.#fault = parsed.fault;
		return null;
	}
}
