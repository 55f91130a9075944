/**
 * What is asked of this device's rooms before the code is there that lists them. In a build boot.js begins with this file
 * (scripts/finish-build.ts): the disk and the key worker take their time, and so does the rest of the page.
 */
import { device } from '../storage/database.ts';
import { pageVault } from './page-vault.ts';
import { mayKeep } from './support.ts';

/** Whether there are some; where that can't be told there may be, and whoever reads them is told why they can't. */
export async function hasKept(): Promise<boolean> {
	// Asking the database itself would make one.
	if (!(await mayKeep(() => indexedDB))) return false;
	try {
		return (await device.onDisk.read((reading) => reading.keysUnder('kept', []))).length > 0;
	} catch {
		return true;
	}
}

async function begin(): Promise<void> {
	// It reads them.
	if (await hasKept()) pageVault();
}

// Where the pages are built there is no disk.
if ('window' in globalThis) void begin();
