/** Whether rooms stay on this device, for pages that must know before they can ask the database. A wrong answer costs only time. */
import { safeStorage } from './safe-storage.ts';
import type { SafeStorage } from './safe-storage.ts';

const key = 'epr1.rooms';
const local = safeStorage(() => localStorage);

export function readKeptHint(storage: SafeStorage = local): boolean {
	return storage.get(key) !== null;
}

export function writeKeptHint(some: boolean, storage: SafeStorage = local): void {
	if (some) storage.set(key, 'some');
	else storage.remove(key);
}
