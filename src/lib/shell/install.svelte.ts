/** Offering to install the app: after the second room, on the home page, and not again to who doesn't want it. */
import type { InstallMemo } from '../storage/install.ts';
import { mayOffer, readInstallMemo, writeInstallMemo } from '../storage/install.ts';
import { isOnHomeScreen } from './standalone.ts';

/** TypeScript's DOM doesn't know it. */
type Prompt = Event & {
	prompt(): Promise<unknown>;
	readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
};

/** `button`: the browser asks the person when it is told to. `share`: iOS, where only the person can, by the browser's own menu. */
export type InstallWay = 'button' | 'share';

const notNowMs = 30 * 86_400_000;

class Install {
	#memo = $state.raw<InstallMemo>(readInstallMemo());
	#prompt = $state.raw<Prompt | null>(null);
	#done = $state(false);

	/** `null` when it is not to be offered, or can't be. */
	get way(): InstallWay | null {
		if (this.#done || !mayOffer(this.#memo, Date.now())) return null;
		if (this.#prompt !== null) return 'button';
		return isOnHomeScreen() === false ? 'share' : null;
	}

	/** Waits for the browser to say that it could. Returns what ends it. */
	watch(): () => void {
		const ended = new AbortController();
		const { signal } = ended;
		this.#done = isOnHomeScreen() === true || matchMedia('(display-mode: standalone)').matches;
		addEventListener(
			'beforeinstallprompt',
			(event) => {
				// Its own bar would come in the middle of a room.
				event.preventDefault();
				this.#prompt = event as Prompt;
			},
			{ signal }
		);
		addEventListener('appinstalled', () => (this.#done = true), { signal });
		return () => ended.abort();
	}

	/** A room was entered that this tab was not in before. */
	countRoom(): void {
		this.#keep({ ...this.#memo, rooms: this.#memo.rooms + 1 });
	}

	/** Lets the browser ask. Its event is good for one question. */
	async ask(): Promise<void> {
		const prompt = this.#prompt;
		if (prompt === null) return;
		this.#prompt = null;
		await prompt.prompt();
		const { outcome } = await prompt.userChoice;
		if (outcome === 'dismissed') this.later();
		else this.#done = true;
	}

	later(): void {
		this.#keep({ ...this.#memo, offerFrom: Date.now() + notNowMs });
	}

	never(): void {
		this.#keep({ ...this.#memo, offerFrom: null });
	}

	#keep(memo: InstallMemo): void {
		this.#memo = memo;
		writeInstallMemo(memo);
	}
}

export const install = new Install();
