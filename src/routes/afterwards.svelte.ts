/** What the app does behind every page once that stands: keeps itself, looks after what stays here, and says when there is something new. */
import { untrack } from 'svelte';
import { t } from '$lib/i18n/kept';
import { current } from '$lib/room/current.svelte';
import { watchErasing } from '$lib/room/end';
import { rememberedRoom } from '$lib/room/remembered';
import { settings } from '$lib/room/settings.svelte';
import { notifier } from '$lib/shell/notify.svelte';
import { isOnHomeScreen } from '$lib/shell/standalone';
import { update } from '$lib/shell/update.svelte';
import { watchWaking } from '$lib/shell/wake';
import { toaster } from '$lib/ui/toast.svelte';
import { keptRooms } from './kept-rooms.svelte';

/** A room that is only on this screen would be lost with it. */
function offerReload(run: () => void): void {
	toaster.show({
		// Whoever goes into a Live room while it stands there is to know what it would cost.
		get text() {
			return (current.room?.mode ?? 'stored') === 'stored' ? t.common.updateReady : t.common.updateAfter;
		},
		stays: true,
		about: 'update',
		action: { label: t.common.reload, run }
	});
}

/** Somebody is at something that a page which is loaded anew would take from them: a room, a form, work that is under way. */
function isInUse(): boolean {
	const fields = document.querySelectorAll<HTMLInputElement>(
		'textarea, input:not([type]), input[type=text], input[type=password]'
	);
	const isTyped = [...fields].some(({ value }) => value !== '');
	return current.room !== null || isTyped || document.querySelector('button[aria-busy]') !== null;
}

/** The new version was taken, by this tab or by another one. */
function exchanged(asked: boolean): void {
	if (asked || !isInUse()) current.reload();
	else offerReload(() => current.reload());
}

function tellLost(): void {
	const [lost] = keptRooms.lost;
	if (lost === undefined) return;
	const { name, count } = lost;
	toaster.show({ text: name === null ? t.kept.unreadable(count) : t.kept.lost(name || t.common.unnamed, count), stays: true });
	keptRooms.told();
}

/** Messages that nobody has seen, and the rooms that they are in. */
function countNews(): { readonly messages: number; readonly rooms: number } {
	const here = current.room === null ? null : rememberedRoom();
	const others = keptRooms.rooms.filter(({ localId }) => localId !== here);
	const counts = [current.room?.unseen ?? 0, ...others.map(({ unread }) => unread)].filter((count) => count > 0);
	return { messages: counts.reduce((sum, count) => sum + count, 0), rooms: counts.length };
}

function watchNews(): void {
	let before = 0;
	$effect(() => {
		const { messages, rooms } = countNews();
		notifier.badge(rooms);
		const isNew = messages > before;
		before = messages;
		if (isNew && document.hidden && settings.notify) notifier.tell(t.common.name, t.common.news).catch(reportError);
	});
}

/** TypeScript's DOM doesn't know it. */
type LaunchQueue = { setConsumer(run: (launch: { readonly targetURL?: string }) => void): void };

/** The installed app is one window: a link or a shortcut is opened in it, and its icon only brings it to the front. */
function followLaunches(): void {
	const queue = Reflect.get(globalThis, 'launchQueue') as LaunchQueue | undefined;
	queue?.setConsumer(({ targetURL = location.href }) => {
		const { href, pathname, hash } = new URL(targetURL);
		// Whatever else starts the app, such as something that is shared with it, comes with a page of its own.
		const leads = pathname === '/r' || (pathname === '/' && hash !== '');
		if (leads && href !== location.href) location.assign(href);
	});
}

/** From Safari's tab the app may be put on the home screen, where the system wants a picture to open it with. */
async function prepareStart(): Promise<void> {
	if (isOnHomeScreen() !== false) return;
	const { addStartupImages } = await import('$lib/shell/startup-image');
	await addStartupImages('/icon-180.png', getComputedStyle(document.documentElement).backgroundColor);
}

/** Until `signal` says that the page goes. */
export function lookAfter(signal: AbortSignal): void {
	const stop = $effect.root(() => {
		$effect(() => {
			if (update.ready) untrack(() => offerReload(() => void (update.apply() || current.reload())));
		});
		$effect(tellLost);
		watchNews();
	});
	signal.addEventListener('abort', stop);
	signal.addEventListener('abort', watchWaking());
	followLaunches();
	watchErasing();
	settings.follow(signal);
	if (import.meta.env.PROD) signal.addEventListener('abort', update.watch(exchanged));
	const seen = () => void (document.hidden || notifier.clear().catch(reportError));
	document.addEventListener('visibilitychange', seen, { signal });
	void keptRooms.watch(signal);
	prepareStart().catch(reportError);
}
