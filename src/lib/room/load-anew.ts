/** The page goes for a new one, which takes along whatever it still holds. */
import { backoffMs } from './backoff.ts';
import { drawSecurely } from './draw.ts';
import { restOffline } from './page-signs.ts';

/** A server that is slower than this is asked again, in ms. */
const answerMs = 10_000;

/** Not before the server can give it: else the browser's own error, or a proxy's, would stand in its place. */
export async function loadAnew(): Promise<void> {
	for (let tries = 0; !(await isServed()); tries++) await restOffline(backoffMs(tries, drawSecurely));
	// Back, pressed while the new page is on its way, would stop it.
	addEventListener('popstate', () => location.reload());
	location.reload();
}

async function isServed(): Promise<boolean> {
	try {
		const answer = await fetch('/', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(answerMs) });
		return answer.ok;
	} catch {
		// No network, no server, or one that is too slow: all the same to a page that waits.
		return false;
	}
}
