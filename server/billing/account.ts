/** Pro accounts: a code that only its owner has, and its hash with the day that it is paid until: docs/PROTOCOL.md §16.2. */
import { createHash } from 'node:crypto';
import { isCode } from '#protocol/codes';
import { utf8 } from '#protocol/bytes';
import { Refusal } from '../errors.ts';

/** `active`: it renews by itself. `failed`: the last payment did not go through. `ending`: it was cancelled. */
export type SubscriptionState = 'active' | 'failed' | 'ending';

/** Days (UTC) as `2026-11-21`; the account is Pro on that day too. */
export type Account = {
	readonly paidUntil: string;
	/** `null`: nothing renews. */
	readonly subscription: SubscriptionState | null;
};

/** Throws `ACCOUNT` for what is no code. */
export function accountHash(code: string): Uint8Array {
	if (!isCode(code)) throw new Refusal('ACCOUNT');
	return createHash('sha256').update(utf8('epr/1/acct-hash')).update(code).digest();
}
