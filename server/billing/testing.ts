/** For tests: accounts as people have them, and what they ask with. */
import { randomBytes } from 'node:crypto';
import { codeAlphabet } from '#protocol/codes';
import { periodOf } from '#protocol/tokens';
import type { Database } from '../db/client.ts';
import type { DocumentName } from '../testing-documents.ts';
import type { Result } from '../testing-people.ts';
import { codeIn, postOperation } from '../testing-people.ts';
import type { TestServer } from '../testing.ts';
import { voprf } from '../tokens/voprf.ts';
import { issueVouchers } from './vouchers.ts';

/** 16 letters, as good as any to the server, which knows nothing of the last one. */
export function newAccount(): string {
	return [...randomBytes(16)].map((byte) => codeAlphabet.charAt(byte >> 3)).join('');
}

export async function newVouchers(db: Pick<Database, 'sql'>, count: number, days = 30): Promise<readonly string[]> {
	return issueVouchers(db, { count, days, randomBytes });
}

export function blindedTokens(count: number): Buffer[] {
	return Array.from({ length: count }, () => Buffer.from(voprf.blind(randomBytes(32)).blinded));
}

export function askTokens(server: TestServer, account: string, count: number, period = periodOf(Date.now())): Promise<Result> {
	const blinded = blindedTokens(count).map((each) => each.toString('base64url'));
	return postOperation(server, 'issueProTokens', { account, period, blinded });
}

type Standing = { readonly paidUntil: string; readonly subscription: string | null };

/** What the account's owner is told, or the code of the refusal. */
export async function readAt(server: TestServer, account: string): Promise<Standing | string | undefined> {
	return outcome(await postOperation(server, 'account', { account }), 'account');
}

export function outcome(result: Result, field: DocumentName): Standing | string | undefined {
	return result.errors === undefined ? result.data[field] : codeIn(result);
}

/** The day (UTC) so many days after this one. */
export function dayIn(days: number): string {
	return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
