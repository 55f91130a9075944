/** Vouchers: codes worth days of Pro, of which the database keeps only hashes: docs/PROTOCOL.md §16.2. */
import { createHash } from 'node:crypto';
import { codeAlphabet, formatCode } from '#protocol/codes';
import { utf8 } from '#protocol/bytes';
import type { Database } from '../db/client.ts';
import { voucherHash } from './rows.ts';

const payloadLetters = 15;
const bitsPerLetter = 5;
const randomSize = 10;

export type Batch = { readonly days: number; readonly count: number };

/** `random`: 10 bytes, of which the last 5 bits are dropped. 16 characters. */
export function makeVoucher(random: Uint8Array): string {
	const bits = [...random].map((byte) => byte.toString(2).padStart(8, '0')).join('');
	const letters = Array.from({ length: payloadLetters }, (_, i) => bits.slice(i * bitsPerLetter, (i + 1) * bitsPerLetter));
	const payload = letters.map((letter) => codeAlphabet.charAt(parseInt(letter, 2))).join('');
	return payload + voucherCheck(payload);
}

/** `payload`: the first 15 characters. */
export function voucherCheck(payload: string): string {
	const digest = createHash('sha256').update(utf8('epr/1/voucher')).update(payload).digest();
	return codeAlphabet.charAt((digest[0] ?? 0) >> 3);
}

/** Resolves to the codes as they are handed out, when the database has them: all or none. */
export async function issueVouchers(
	{ sql }: Pick<Database, 'sql'>,
	{ days, count, randomBytes }: Batch & { readonly randomBytes: (size: number) => Uint8Array }
): Promise<readonly string[]> {
	const codes = Array.from({ length: count }, () => makeVoucher(randomBytes(randomSize)));
	const rows = codes.map((code) => ({ h: voucherHash(code), days }));
	await sql`insert into vouchers ${sql(rows)}`;
	return codes.map(formatCode);
}
