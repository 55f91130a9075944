/** What the list of this device's rooms will wait for, before its code is there. */
import { device } from '../storage/database.ts';
import { pageVault } from './page-vault.ts';

/** The key worker and the database take their time. Whoever needs them is told what is wrong. */
export function warmKept(): void {
	pageVault();
	device.onDisk.transact(async () => undefined).catch(() => undefined);
}
