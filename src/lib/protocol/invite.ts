/** Finds a link's code in whatever somebody pasted, and mends what mail filters and messengers do to links: docs/PROTOCOL.md §3. */

export const codeLength = 56;

export type Invite =
	| { readonly kind: 'code'; readonly code: string }
	/** A link of ours whose part after the # is missing or too short. */
	| { readonly kind: 'no-key' }
	/** Not a link of ours. */
	| { readonly kind: 'foreign' };

/** Takes a link, a bare code, or text around them. Checks the form only: the check bytes are the vault's business. */
export function findInvite(pasted: string): Invite {
	const text = pasted.replace(/%23/g, '#').replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff]+/g, '');
	const afterHash =
		/#([a-z2-7]+)/i.exec(text)?.[1] ?? (/^[a-z2-7]+[.,;:!?)>\]]*$/i.test(text) ? text.replace(/[^a-z2-7]+$/i, '') : undefined);
	if (afterHash === undefined) return /\/r(?:#|$|[?./])/i.test(text) ? { kind: 'no-key' } : { kind: 'foreign' };
	if (afterHash.length < codeLength) return /\/r#/i.test(text) ? { kind: 'no-key' } : { kind: 'foreign' };
	return { kind: 'code', code: afterHash.slice(0, codeLength).toLowerCase() };
}

/** The link that is shared: everything room-specific stands behind the #. */
export function formatLink(origin: string, code: string): string {
	return `${origin}/r#${code}`;
}
