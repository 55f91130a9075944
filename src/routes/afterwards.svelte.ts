/** What the app does behind every page once that stands: keeps itself, looks after what stays here, and says when there is something new. */
import { t } from '$lib/i18n/kept';
import { current } from '$lib/room/current.svelte';
import { settings } from '$lib/room/settings.svelte';
import { notifier } from '$lib/shell/notify.svelte';
import { update } from '$lib/shell/update.svelte';
import { watchWaking } from '$lib/shell/wake';
import { toaster } from '$lib/ui/toast.svelte';
import { keptRooms } from './kept-rooms.svelte';

/** A room that is only on this screen would be lost with it. */
function offerReload(run: () => void): void {
	const text = (current.room?.mode ?? 'stored') === 'stored' ? t.common.updateReady : t.common.updateAfter;
	toaster.show({ text, stays: true, action: { label: t.common.reload, run } });
}

/** Another tab, or this one, took the new version: nothing is lost by loading anew but in a room, where the person decides when. */
function exchanged(): void {
	if (current.room === null) location.reload();
	else offerReload(() => location.reload());
}

function tellLost(): void {
	const [lost] = keptRooms.lost;
	if (lost === undefined) return;
	toaster.show({ text: t.kept.lost(lost.name || t.home.rooms.unnamed, lost.count), stays: true });
	keptRooms.told();
}

/** Messages that nobody has seen, and the rooms that they are in. */
function countNews(): { readonly messages: number; readonly rooms: number } {
	const counts = [current.room?.unseen ?? 0, ...keptRooms.rooms.map(({ unread }) => unread)].filter((count) => count > 0);
	return { messages: counts.reduce((sum, count) => sum + count, 0), rooms: counts.length };
}

function watchNews(): void {
	let before = 0;
	$effect(() => {
		const { messages, rooms } = countNews();
		notifier.badge(rooms);
		const isNew = messages > before;
		before = messages;
		if (isNew && document.hidden && settings.notify) notifier.tell(t.common.name, t.kept.notify.text).catch(reportError);
	});
}

/** TypeScript's DOM doesn't know it. */
type LaunchQueue = { setConsumer(run: (launch: { readonly targetURL?: string }) => void): void };

/** The installed app is one window: a link or a shortcut is opened in it, and its icon only brings it to the front. */
function followLaunches(): void {
	const queue = Reflect.get(globalThis, 'launchQueue') as LaunchQueue | undefined;
	queue?.setConsumer(({ targetURL = location.href }) => {
		const { href, pathname, hash } = new URL(targetURL);
		if (href !== location.href && (pathname !== '/' || hash !== '')) location.assign(href);
	});
}

/** Until `signal` says that the page goes. */
export function lookAfter(signal: AbortSignal): void {
	const stop = $effect.root(() => {
		$effect(() => {
			if (update.ready) offerReload(() => update.apply());
		});
		$effect(tellLost);
		watchNews();
	});
	signal.addEventListener('abort', stop);
	signal.addEventListener('abort', watchWaking());
	followLaunches();
	if (import.meta.env.PROD) signal.addEventListener('abort', update.watch(exchanged));
	const seen = () => void (document.hidden || notifier.clear().catch(reportError));
	document.addEventListener('visibilitychange', seen, { signal });
	void keptRooms.watch(signal);
}
