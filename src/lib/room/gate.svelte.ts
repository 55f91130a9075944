/** The way into a room: reads the link, asks the server, makes the key, joins. */
import type { EntryProblem, GateView } from './view';

export class Gate implements GateView {
	#phase = $state.raw<GateView['phase']>('reading');
	#problem = $state.raw<EntryProblem | null>(null);
	readonly mode = 'stored';
	readonly passwordNeeded = true;
	readonly leftMs = 0;
	readonly returning = false;
	readonly progress = 0;
	readonly suggested = { nick: '', colour: 0 };
	readonly peopleLimit = 0;
	readonly waitSeconds = 0;

	constructor(code: string) {
		this.#problem = code === '' ? 'link-incomplete' : null;
	}

	get phase(): GateView['phase'] {
		return this.#phase;
	}

	get problem(): EntryProblem | null {
		return this.#problem;
	}

	async enter(_answers: { readonly nick: string; readonly colour: number; readonly password?: string }): Promise<void> {
		await Promise.resolve();
	}

	cancel(): void {
		this.#problem = 'cancelled';
	}

	async again(): Promise<void> {
		await Promise.resolve();
	}
}
