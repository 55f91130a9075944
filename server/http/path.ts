/** The path of a request's address, without query and fragment. */
import type { IncomingMessage } from 'node:http';

export function pathOf(request: IncomingMessage): string {
	return (request.url ?? '/').replace(/[?#].*$/s, '');
}
