/** Settings without content: docs/PROTOCOL.md §15. Kept in localStorage, checked on the way in. */
import { toBurnSeconds } from '#protocol/burn';
import type { BurnSeconds } from '#protocol/burn';
import { safeStorage } from './safe-storage.ts';
import type { SafeStorage } from './safe-storage.ts';

export const themes = ['device', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export type Settings = {
	readonly theme: Theme;
	/** Enter sends, Shift and Enter breaks the line; off: Ctrl or Cmd and Enter sends. */
	readonly enterSends: boolean;
	readonly showTyping: boolean;
	/** Larger text in messages. */
	readonly largerText: boolean;
	/** That there is something new is told outside the page. */
	readonly notify: boolean;
	/** Others use this browser: nothing of a room is stored in it. */
	readonly sharedComputer: boolean;
	/** What self-destruct is set to when it is turned on. */
	readonly burnStart: BurnSeconds;
};

export const defaultSettings: Settings = {
	theme: 'device',
	enterSends: true,
	showTyping: true,
	largerText: false,
	notify: false,
	sharedComputer: false,
	burnStart: 60
};

/** Read by static/theme.js too, which sets theme and text size before anything is drawn. */
export const settingsKey = 'epr1.settings';

const local = safeStorage(() => localStorage);

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

export function parseSettings(text: string): Settings {
	const value = parse(text);
	if (typeof value !== 'object' || value === null) return defaultSettings;
	const field = (name: string): unknown => Reflect.get(value, name);
	const flag = (name: 'enterSends' | 'showTyping' | 'largerText' | 'notify' | 'sharedComputer') => {
		const held = field(name);
		return typeof held === 'boolean' ? held : defaultSettings[name];
	};
	const theme = themes.find((each) => each === field('theme')) ?? defaultSettings.theme;
	const burnStart = toBurnSeconds(field('burnStart')) ?? defaultSettings.burnStart;
	const [enterSends, showTyping, largerText] = [flag('enterSends'), flag('showTyping'), flag('largerText')];
	const [notify, sharedComputer] = [flag('notify'), flag('sharedComputer')];
	return { theme, enterSends, showTyping, largerText, notify, sharedComputer, burnStart };
}

export function readSettings(storage: SafeStorage = local): Settings {
	return parseSettings(storage.get(settingsKey) ?? '');
}

export function writeSettings(settings: Settings, storage: SafeStorage = local): void {
	storage.set(settingsKey, JSON.stringify(settings));
}

/** "Erase this device". */
export function forgetSettings(storage: SafeStorage = local): void {
	storage.clear('epr1.');
}
