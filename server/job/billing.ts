/** Accounts and payments: what is over goes, and of what no news came is asked for (docs/PROTOCOL.md §16.2). */
import { deleteOldNews, deleteOverAccounts, deleteUnpayable, forgetHours, rewriteTables } from '../billing/lapse.ts';
import type { Task, TaskPorts } from './task.ts';

export function billingTask({ db, payments = null }: TaskPorts): Task {
	let written: string | null = null;
	return {
		name: 'billing',
		every: 'ten minutes',
		async run() {
			// First what needs nobody else.
			const cleared = (await forgetHours(db)) + (await deleteOldNews(db)) + (await deleteOverAccounts(db));
			try {
				const settled = await (payments === null ? deleteUnpayable(db) : payments.catchUp());
				return { done: cleared + settled, backlog: 0 };
			} finally {
				// Neither keeps the other from its turn.
				written = await rewriteTables(db, written);
			}
		}
	};
}
