/** Whether this browser has what Sotto stands on. Trusted Types and the like are welcome, not required. */

export type Missing = 'insecure' | 'old' | null;

const needed = ['Worker', 'WebSocket', 'TextEncoder', 'structuredClone', 'HTMLDialogElement', 'BigInt'];

/** `insecure`: the page didn't come over https (or from this machine), so the browser withholds its encryption. */
export function whatIsMissing(scope: object): Missing {
	if (Reflect.get(scope, 'isSecureContext') === false) return 'insecure';
	const crypto: unknown = Reflect.get(scope, 'crypto');
	const subtle = typeof crypto === 'object' && crypto !== null && Boolean(Reflect.get(crypto, 'subtle'));
	return subtle && needed.every((name) => Reflect.has(scope, name)) ? null : 'old';
}
