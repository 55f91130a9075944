/** Which lifetime is chosen, and which was wanted in vain. */
import { chipsOf, defaultLifetime, parseCustom } from './lifetime';
import type { Choosing, CustomFault, LifetimeChip, Times, Unit } from './lifetime';

export type Wanted = number | 'custom';

export class Lifetime {
	readonly #own: () => Times;
	readonly #greater: () => Times | undefined;
	readonly #choosing: Choosing;
	typed = $state('');
	unit = $state<Unit>('hours');
	#chosen = $state<Wanted | null>(null);
	#refused = $state<Wanted | null>(null);
	#fault = $state<CustomFault | null>(null);

	/** `greater`: the plan that has more to choose from; absent with it, and where there is none. */
	constructor(choosing: Choosing, own: () => Times, greater: () => Times | undefined = () => undefined) {
		this.#choosing = choosing;
		this.#own = own;
		this.#greater = greater;
		this.typed = choosing.first.typed;
		this.unit = choosing.first.unit;
	}

	/** Of a time of one's own. */
	get units(): readonly Unit[] {
		return this.#choosing.units;
	}

	/** Seconds: the shortest time of one's own. */
	get least(): number {
		return this.#choosing.least;
	}

	get chips(): readonly LifetimeChip[] {
		return chipsOf(this.#own(), this.#greater());
	}

	get customAllowed(): boolean {
		return this.#own().maxLifetimeSeconds !== undefined;
	}

	get customShown(): boolean {
		return this.customAllowed || this.#greater()?.maxLifetimeSeconds !== undefined;
	}

	/** Seconds: the longest time of one's own. */
	get most(): number {
		return this.#own().maxLifetimeSeconds ?? 0;
	}

	/** What counts. */
	get picked(): Wanted {
		if (this.#chosen === 'custom') return this.customAllowed ? 'custom' : this.#usual;
		const chosen = this.#own().lifetimesSeconds.find((seconds) => seconds === this.#chosen);
		return chosen ?? this.#usual;
	}

	/** Seconds: what counts while there is no time of one's own to choose. */
	get kept(): number {
		return this.picked === 'custom' ? this.#usual : this.picked;
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
		const allowed = wanted === 'custom' ? this.customAllowed : this.#own().lifetimesSeconds.includes(wanted);
		this.#refused = allowed ? null : wanted;
		if (allowed) this.#chosen = wanted;
		return allowed;
	}

	/** Seconds, or `null` when the time of one's own has to be put right first. */
	take(): number | null {
		this.#fault = null;
		const { picked } = this;
		if (picked !== 'custom') return picked;
		const parsed = parseCustom(this.typed, this.unit, this);
		if ('seconds' in parsed) return parsed.seconds;
		this.#fault = parsed.fault;
		return null;
	}

	get #usual(): number {
		return defaultLifetime(this.#own(), this.#choosing.usual);
	}
}
