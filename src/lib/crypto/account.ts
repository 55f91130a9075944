/** Account and voucher codes: 75 random bits, and five more that tell a typo before any server is asked: docs/PROTOCOL.md §16.2. */
import { utf8 } from '#protocol/bytes';
import { codeAlphabet, codeSize, isCode } from '#protocol/codes';
import { encodeCrockford } from './base32.ts';
import type { Random } from './suite.ts';
import { hash } from './suite.ts';

export type CodeKind = 'account' | 'voucher';

const labels: Readonly<Record<CodeKind, string>> = { account: 'epr/1/acct', voucher: 'epr/1/voucher' };
const bodySize = codeSize - 1;
/** 80 bits, of which the last five are dropped. */
const randomSize = 10;

/** Crockford[H(label ‖ 15 characters)[0] >> 3]. */
function checkOf(kind: CodeKind, body: string): string {
	const [first = 0] = hash(utf8(labels[kind]), utf8(body));
	return codeAlphabet.charAt(first >> 3);
}

/** 16 characters, without dashes. */
export function makeAccount(random: Random): string {
	const body = encodeCrockford(random(randomSize)).slice(0, bodySize);
	return body + checkOf('account', body);
}

/** Whether `folded` is whole and its last character fits the others. One wrong character in 32 goes unseen. */
export function checksOut(kind: CodeKind, folded: string): boolean {
	return isCode(folded) && folded.charAt(bodySize) === checkOf(kind, folded.slice(0, bodySize));
}
