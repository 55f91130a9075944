import { t } from '$lib/i18n/room';
import { current } from '$lib/room/current.svelte';
import { toaster } from '$lib/ui/toast.svelte';

/** A part that is fetched when it is opened didn't come. Browsers may not fetch it a second time in one page. */
export function notLoaded(): void {
	toaster.show({ text: t.room.notLoaded, action: { label: t.common.reload, run: () => current.reload() } });
}

/** A component that is fetched when it is wanted; `undefined` where it can't be had, which has been said then. */
export async function fetched<Component>(load: () => Promise<{ readonly default: Component }>): Promise<Component | undefined> {
	try {
		return (await load()).default;
	} catch {
		notLoaded();
		return undefined;
	}
}
