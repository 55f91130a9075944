/** Turning notifications on and off: the browser is only asked on somebody's own click. */
import { t } from '$lib/i18n/kept';
import { settings } from '$lib/room/settings.svelte';
import { notifier } from '$lib/shell/notify.svelte';
import { toaster } from '$lib/ui/toast.svelte';

export async function setNotifications(on: boolean): Promise<void> {
	const permission = on ? await notifier.ask() : 'default';
	settings.notify = permission === 'granted';
	if (permission === 'denied') toaster.show({ text: t.kept.notify.refused });
	if (permission === 'missing') toaster.show({ text: t.kept.notify.missing });
}
