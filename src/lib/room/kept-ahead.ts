/** Before the code that lists the rooms of this device is there: whether there are some, and what it will wait for. */
import { device } from '../storage/database.ts';
import { readKeptHint } from '../storage/kept-hint.ts';
import { pageVault } from './page-vault.ts';

/** Costs only time where it is wrong. */
export function expectsKept(): boolean {
	return readKeptHint();
}

/** The key worker and the database take their time. Whoever needs them is told what is wrong. */
export function warmKept(): void {
	pageVault();
	device.onDisk.transact(async () => undefined).catch(() => undefined);
}
