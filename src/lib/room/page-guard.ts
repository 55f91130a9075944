/** Back and forward: a page that was gone must show the gate, not the room (docs/PROTOCOL.md §15). */
import { leavePage, watchErasing } from './end.ts';

let guarded = false;

/** From now on, keys and text go when the page goes, and a page that the browser has kept begins anew. */
export function guardPage(): void {
	if (guarded) return;
	guarded = true;
	watchErasing();
	addEventListener('pagehide', leavePage);
	addEventListener('pageshow', (event) => {
		if (event.persisted) location.reload();
	});
}
