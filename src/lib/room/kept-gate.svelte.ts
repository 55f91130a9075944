/** The way into a room that stays on this device: by its password where that is asked for, otherwise by itself. */
import type { Mode } from '#protocol/mode';
import type { Kept } from '../vault/calls.ts';
import { describeKept, enterKept } from './enter-kept.ts';
import { keptList } from './kept-list.svelte.ts';
import { guardPage } from './page-guard.ts';
import { pageClock } from './page-signs.ts';
import { pageVault } from './page-vault.ts';
import { toProblem } from './problems.ts';
import { RoomError } from './view.ts';
import type { EntryProblem, GateView } from './view.ts';

/** What another password might change. */
const passing: ReadonlySet<EntryProblem> = new Set<EntryProblem>(['wrong-password', 'cancelled', 'unexpected']);

type Shown = Pick<Kept, 'mode' | 'asks' | 'endsAt' | 'storageKey'> & Partial<Pick<Kept, 'author'>>;

export class KeptGate implements GateView {
	readonly kept = true;
	readonly hasRelay = null;
	readonly returning = true;
	readonly peopleLimit = 0;
	readonly waitSeconds = 0;
	/** It lies there. */
	readonly canKeep = true;
	/** It opens without asking anybody for a place. */
	readonly waitsForPlace = false;
	readonly #localId: string;
	/** For what is shown; no key of it is held. */
	#kept = $state.raw<Shown | null>(null);
	#phase = $state.raw<GateView['phase']>('reading');
	#problem = $state.raw<EntryProblem | null>(null);
	#progress = $state.raw(0);
	#trying = new AbortController();

	constructor(localId: string) {
		this.#localId = localId;
		guardPage();
		void this.again();
	}

	get phase(): GateView['phase'] {
		return this.#phase;
	}

	get problem(): EntryProblem | null {
		return this.#problem;
	}

	get mode(): Mode {
		return this.#kept?.mode ?? 'stored';
	}

	get passwordNeeded(): boolean {
		return this.#kept?.asks ?? false;
	}

	get leftMs(): number {
		return Math.max(0, (this.#kept?.endsAt ?? 0) - pageClock.wall());
	}

	get progress(): number {
		return this.#progress;
	}

	get suggested(): GateView['suggested'] {
		return this.#kept?.author ?? { nick: '', colour: 0 };
	}

	async again(): Promise<void> {
		this.#phase = 'reading';
		this.#problem = null;
		try {
			const listed = keptList.rooms?.find(({ localId }) => localId === this.#localId);
			// Of one that asks for nothing nothing is shown but what the list has read.
			this.#kept = listed?.asks === false ? listed : await describeKept(this.#localId);
			this.#phase = 'asking';
			// Whoever doesn't want to be asked is not.
			if (!this.#kept.asks) await this.enter({});
		} catch (error) {
			this.#stop(toProblem(error));
		}
	}

	waitForPlace(): void {
		void this.again();
	}

	async enter({ password }: { readonly password?: string }): Promise<void> {
		if (this.#phase !== 'asking' || this.#kept === null) return;
		const place = { localId: this.#localId, storageKey: this.#kept.storageKey };
		this.#problem = null;
		this.#progress = 0;
		this.#phase = this.passwordNeeded ? 'deriving' : 'joining';
		const { signal } = (this.#trying = new AbortController());
		const stop = pageVault().onProgress((progress) => (this.#progress = signal.aborted ? this.#progress : progress));
		try {
			await enterKept(place, password, signal);
			this.#phase = 'inside';
		} catch (error) {
			if (!signal.aborted) this.#stop(toProblem(error));
		} finally {
			stop();
		}
	}

	cancel(): void {
		if (this.#phase !== 'deriving') return;
		this.#trying.abort(new RoomError('cancelled'));
		pageVault().call('cancel', {}).catch(reportError);
		this.#stop('cancelled');
	}

	close(): void {
		this.#trying.abort(new RoomError('cancelled'));
	}

	#stop(problem: EntryProblem): void {
		this.#problem = problem;
		this.#phase = passing.has(problem) ? 'asking' : 'stopped';
	}
}
