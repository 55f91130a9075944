/** The form that opens a room, as the home page holds it. */
import type { Offer } from '$lib/room/info';
import type { EntryProblem } from '$lib/room/view';
import { RoomError } from '$lib/room/view';
import type { Mode } from '#protocol/mode';
import { defaultPlans, minPeople } from '#protocol/plans';
import type { Plan } from '#protocol/plans';
import { isRoomName, maxRoomNameCodePoints, countCodePoints } from '#protocol/text';
import { NewPassword } from './new-password.svelte';
import type { PasswordFault } from './new-password.svelte';

export type NameFault = 'long' | 'forbidden';

const beforeTheAnswer: Offer = { plans: defaultPlans, plansOn: true, tokenKeys: [], modes: ['stored'] };

export class Opening {
	mode = $state<Mode>('stored');
	name = $state('');
	people = $state(defaultPlans.free.people);
	readonly password = new NewPassword();

	#offer = $state.raw<Offer>(beforeTheAnswer);
	#chosenLifetime = $state<number | null>(null);
	#nameFault = $state<NameFault | null>(null);
	#passwordFault = $state<PasswordFault | null>(null);
	#busy = $state(false);
	#progress = $state(0);
	#problem = $state<EntryProblem | null>(null);

	get modes(): readonly Mode[] {
		return this.#offer.modes;
	}

	get plan(): Plan {
		return this.#offer.plans.free ?? defaultPlans.free;
	}

	/** Seconds. */
	get lifetime(): number {
		const offered = this.plan.lifetimesSeconds;
		const chosen = offered.find((seconds) => seconds === this.#chosenLifetime);
		return chosen ?? offered[0] ?? 0;
	}

	set lifetime(seconds: number) {
		this.#chosenLifetime = seconds;
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

	/** Of making the key, 0 to 1. */
	get progress(): number {
		return this.#progress;
	}

	get problem(): EntryProblem | null {
		return this.#problem;
	}

	/** Asks the server what it offers; the defaults stay when it doesn't answer. */
	async readOffer(): Promise<void> {
		try {
			const info = await import('$lib/room/info');
			this.#offer = await info.readOffer();
			this.people = Math.min(this.people, this.plan.people);
		} catch {
			this.#offer = beforeTheAnswer;
		}
	}

	/** Resolves with whether a room is open now; everything typed stays when not. */
	async open(): Promise<boolean> {
		if (this.#busy) return false;
		this.#busy = true;
		this.#progress = 0;
		this.#problem = null;
		try {
			const password = await this.#check();
			if (password === null) return false;
			const { openRoom } = await import('$lib/room/create');
			await openRoom({
				mode: this.mode,
				roomName: this.#cleanName(),
				password,
				people: Math.max(minPeople, this.people),
				lifetimeSeconds: this.lifetime,
				onProgress: (progress) => (this.#progress = progress)
			});
			return true;
		} catch (error) {
			this.#problem = error instanceof RoomError ? error.problem : 'unexpected';
			return false;
		} finally {
			this.#busy = false;
		}
	}

	async cancel(): Promise<void> {
		const { cancelOpening } = await import('$lib/room/create');
		cancelOpening();
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
