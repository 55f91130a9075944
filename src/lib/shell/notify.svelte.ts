/** Notifications from the open app, and its badge: that there is something new, never what or where (PRODUCT.md §4). */

export type Permission = 'granted' | 'denied' | 'default' | 'missing';

/** One takes the place of the one before. */
const tag = 'epr1';

function permissionNow(): Permission {
	return 'Notification' in globalThis ? Notification.permission : 'missing';
}

class Notifier {
	#permission = $state.raw(permissionNow());

	get permission(): Permission {
		return this.#permission;
	}

	/** Only on somebody's own click. Resolves to what they said. */
	async ask(): Promise<Permission> {
		if (this.#permission === 'default') await Notification.requestPermission();
		this.#permission = permissionNow();
		return this.#permission;
	}

	async tell(title: string, body: string): Promise<void> {
		if (permissionNow() !== 'granted') return;
		const registration = await this.#registration();
		// A phone shows only what comes from the service worker.
		if (registration !== undefined) return registration.showNotification(title, { body, tag, icon: '/icon-192.png' });
		const shown = new Notification(title, { body, tag });
		shown.onclick = () => window.focus();
	}

	/** Somebody is here: what it said is known. */
	async clear(): Promise<void> {
		const registration = await this.#registration();
		for (const shown of (await registration?.getNotifications({ tag })) ?? []) shown.close();
	}

	/** How many rooms have something new; where the system has no badges nothing is shown. */
	badge(rooms: number): void {
		if (!('setAppBadge' in navigator)) return;
		const shown = rooms > 0 ? navigator.setAppBadge(rooms) : navigator.clearAppBadge();
		// Refused where the app isn't installed.
		shown.catch(() => undefined);
	}

	async #registration(): Promise<ServiceWorkerRegistration | undefined> {
		return 'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration() : undefined;
	}
}

export const notifier = new Notifier();
