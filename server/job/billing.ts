/** Accounts and payments: what is over goes, and of what no news came is asked for (docs/PROTOCOL.md §16.2). */
import { deleteOldNews, deleteOverAccounts, deleteUnpayable, forgetHours, rewriteTables } from '../billing/lapse.ts';
import type { Task, TaskPorts } from './task.ts';

export function billingTask({ db, payments = null }: TaskPorts): Task {
	let written: string | null = null;
	return {
		name: 'billing',
		every: 'ten minutes',
		async run(stopping) {
			// First what needs nobody else.
			const options = { stopping };
			const forgotten = await forgetHours(db, options);
			const cleared = forgotten + (await deleteOldNews(db, options)) + (await deleteOverAccounts(db, options));
			try {
				const settled = await (payments === null ? deleteUnpayable(db, options) : payments.catchUp());
				return { done: cleared + settled, backlog: 0 };
			} finally {
				// Neither keeps the other from its turn.
				written = await rewriteTables(db, written);
			}
		}
	};
}
