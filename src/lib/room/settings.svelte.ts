/** Settings without content, reactive; kept in localStorage. */
import type { BurnSeconds } from '#protocol/burn';
import { settleRoom } from '../storage/session-record.ts';
import { defaultSettings, forgetSettings, readSettings, settingsKey, writeSettings } from '../storage/settings.ts';
import type { Settings, Theme } from '../storage/settings.ts';

export type { Theme } from '../storage/settings.ts';

class LiveSettings {
	#held = $state.raw<Settings>(readSettings());

	get theme(): Theme {
		return this.#held.theme;
	}

	set theme(theme: Theme) {
		this.#keep({ ...this.#held, theme });
	}

	get enterSends(): boolean {
		return this.#held.enterSends;
	}

	set enterSends(enterSends: boolean) {
		this.#keep({ ...this.#held, enterSends });
	}

	/** Whether the others see that one is writing. */
	get showTyping(): boolean {
		return this.#held.showTyping;
	}

	set showTyping(showTyping: boolean) {
		this.#keep({ ...this.#held, showTyping });
	}

	/** Larger text in messages. */
	get largerText(): boolean {
		return this.#held.largerText;
	}

	set largerText(largerText: boolean) {
		this.#keep({ ...this.#held, largerText });
	}

	/** That there is something new is told outside the page. */
	get notify(): boolean {
		return this.#held.notify;
	}

	set notify(notify: boolean) {
		this.#keep({ ...this.#held, notify });
	}

	/** Others use this browser: nothing of a room is stored in it. */
	get sharedComputer(): boolean {
		return this.#held.sharedComputer;
	}

	set sharedComputer(sharedComputer: boolean) {
		this.#keep({ ...this.#held, sharedComputer });
		settleRoom();
	}

	/** What self-destruct is set to when it is turned on. */
	get burnStart(): BurnSeconds {
		return this.#held.burnStart;
	}

	set burnStart(burnStart: BurnSeconds) {
		this.#keep({ ...this.#held, burnStart });
	}

	/** Until `signal` says otherwise, what another tab changes counts here too. */
	follow(signal: AbortSignal): void {
		const changed = ({ key }: StorageEvent) => {
			if (key !== settingsKey) return;
			this.#held = readSettings();
			settleRoom();
		};
		addEventListener('storage', changed, { signal });
	}

	/** "Erase this device": nothing of them may be written back by what is changed later. */
	forget(): void {
		this.#held = defaultSettings;
		forgetSettings();
	}

	#keep(settings: Settings): void {
		this.#held = settings;
		writeSettings(settings);
	}
}

export const settings = new LiveSettings();
