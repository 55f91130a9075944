/** What is asked of this device's rooms before the code is there that lists them. */
import { device } from '../storage/database.ts';
import { pageVault } from './page-vault.ts';
import { mayKeep } from './support.ts';

/** Whether there are some; where that can't be told there may be, and whoever reads them is told why they can't. */
export async function hasKept(): Promise<boolean> {
	// Asking the database itself would make one.
	if (!(await mayKeep(() => indexedDB))) return false;
	try {
		return (await device.onDisk.transact((transaction) => transaction.keysUnder('kept', []))).length > 0;
	} catch {
		return true;
	}
}

/** The key worker, which reads them, takes its time. */
export function warmKept(): void {
	pageVault();
}
