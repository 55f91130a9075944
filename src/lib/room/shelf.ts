/** What this device keeps of one room's messages: docs/PROTOCOL.md §15. */
import type { Database } from '../storage/database.ts';
import { cacheRows, readRows } from '../storage/kept.ts';
import type { Shelf } from './ports.ts';

/** `localId`: the room's name on this device. `laid`: called when rows lie there. */
export function createShelf(database: Database, localId: string, laid: () => void = () => undefined): Omit<Shelf, 'seen'> {
	return {
		keep(rows) {
			// A full disk: these are fetched again when they are wanted.
			cacheRows(database, localId, rows).then(laid, () => undefined);
		},
		async rows({ before, limit }) {
			const rows = await readRows(database, localId, { limit, ...(before === undefined ? {} : { before }) });
			const newest = before === undefined ? rows.at(-1)?.seq : before - 1;
			let next = newest ?? 0;
			const together = rows.toReversed().filter(({ seq }) => seq > 0 && seq === next && next-- > 0);
			return together.reverse();
		}
	};
}
