/** The one process of a folder that writes: docs/PROTOCOL.md §6.2. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { tryLock } from '../db/processes.ts';
import type { Address } from './address.ts';
import { createHours, tidy } from './hours.ts';
import type { Hours } from './hours.ts';
import type { HourOptions } from './hour.ts';
import { serveSlots } from './slot-server.ts';

export const lockName = 'writer.lock';

export type WriterOptions = Omit<HourOptions, 'epochHour'> & {
	readonly address: Address;
	readonly report: (error: unknown) => void;
};
export type Writer = { readonly hours: Hours; close(): Promise<void> };

/**
 * `null` while another process is the writer. Throws when the folder isn't fit for use. The system's lock says who is, and goes
 * with its process; so whatever a writer left is only touched by the next one.
 */
export async function becomeWriter(options: WriterOptions): Promise<Writer | null> {
	const lockFile = path.join(options.folder, lockName);
	const lock = tryLock(lockFile);
	if (lock === null) return null;
	try {
		// By its name: a process that opens and closes the file itself loses the lock.
		chmodSync(lockFile, 0o600);
		await tidy(options);
		const hours = createHours(options);
		const server = await serveSlots({ ...options, slots: hours });
		return {
			hours,
			async close() {
				await server.close();
				await hours.idle();
				lock.release();
			}
		};
	} catch (error) {
		lock.release();
		throw error;
	}
}
