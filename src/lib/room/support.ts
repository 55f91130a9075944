/** What a browser must have before a secret is made in it. Trusted Types and the like are welcome, not required. */
import { databaseName } from '../storage/database-name.ts';
import { RoomError } from './view.ts';

export type Missing = 'insecure' | 'old' | null;

const needed = ['Worker', 'WebSocket', 'TextEncoder', 'structuredClone', 'HTMLDialogElement', 'BigInt'];

/** `insecure`: the page didn't come over https (or from this machine), so the browser withholds its encryption. */
export function whatIsMissing(scope: object): Missing {
	if (Reflect.get(scope, 'isSecureContext') === false) return 'insecure';
	const crypto: unknown = Reflect.get(scope, 'crypto');
	const subtle = typeof crypto === 'object' && crypto !== null && Boolean(Reflect.get(crypto, 'subtle'));
	const resolvers = 'withResolvers' in Promise;
	return subtle && resolvers && needed.every((name) => Reflect.has(scope, name)) ? null : 'old';
}

/** Throws `RoomError` `old-browser`. */
export function requireSupport(): void {
	if (whatIsMissing(globalThis) !== null) throw new RoomError('old-browser');
}

/** Whether something may lie in this browser's database. `untold`: the answer where that can't be told. */
export async function mayKeep(open: () => IDBFactory, untold = true): Promise<boolean> {
	try {
		return (await open().databases()).some(({ name }) => name === databaseName);
	} catch {
		// Blocked, or a browser that doesn't tell: whoever reads it finds out.
		return untold;
	}
}

/** Whether this browser keeps anything over a reload; with storage blocked, even naming it throws. */
export function canRemember(open: () => Storage): boolean {
	try {
		const storage = open();
		storage.setItem('epr1.probe', '1');
		storage.removeItem('epr1.probe');
		return true;
	} catch {
		// Blocked, or without any room left.
		return false;
	}
}
