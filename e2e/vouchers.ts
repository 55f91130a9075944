/** Vouchers as the operator has them, written to the table in the form of docs/PROTOCOL.md §16.2. */
import { createHash, randomInt } from 'node:crypto';
import { codeAlphabet, formatCode } from '#protocol/codes';
import type { Database } from '../server/db/client.ts';

const randomSize = 15;

function digest(label: string, text: string): Uint8Array {
	return createHash('sha256').update(label).update(text).digest();
}

function draw(): string {
	const body = Array.from({ length: randomSize }, () => codeAlphabet.charAt(randomInt(codeAlphabet.length))).join('');
	return body + codeAlphabet.charAt((digest('epr/1/voucher', body)[0] ?? 0) >> 3);
}

/** In four groups, as it is printed. */
export async function issueVoucher({ sql }: Database, days: number): Promise<string> {
	const code = draw();
	await sql`insert into vouchers (h, days) values (${digest('epr/1/voucher-hash', code)}, ${days})`;
	return formatCode(code);
}

/** One that the check character lets through, and that nobody issued. */
export function unissuedVoucher(): string {
	return formatCode(draw());
}

/** The same with its last character changed: what a typo is. */
export function misspelt(code: string): string {
	return code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
}
