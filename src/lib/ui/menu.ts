import type { LucideIcon } from '@lucide/svelte';

export type MenuItem = {
	readonly label: string;
	readonly icon: LucideIcon;
	readonly danger?: boolean;
	/** Begins a new part of the menu. */
	readonly apart?: boolean;
	/** Called once the menu is closed and focus is back at its opener. */
	readonly run: () => void;
};
