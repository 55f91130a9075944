/** Vouchers: by the operator's command, or written to the table in the form of docs/PROTOCOL.md §16.2, which is quicker. */
import { execFile } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { codeAlphabet, formatCode } from '#protocol/codes';
import type { Database } from '../server/db/client.ts';
import type { Server } from './server.ts';

const randomSize = 15;

function digest(label: string, text: string): Uint8Array {
	return createHash('sha256').update(label).update(text).digest();
}

function draw(): string {
	const body = Array.from({ length: randomSize }, () => codeAlphabet.charAt(randomInt(codeAlphabet.length))).join('');
	return body + codeAlphabet.charAt((digest('epr/1/voucher', body)[0] ?? 0) >> 3);
}

/** As `npm run vouchers` prints it, while the server runs. */
export async function printVoucher({ dataDir }: Server, days: number): Promise<string> {
	const root = fileURLToPath(new URL('../', import.meta.url));
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['scripts/vouchers.ts', '--days', String(days), '--count', '1'],
		{
			cwd: root,
			env: { ...process.env, DATA_DIR: dataDir }
		}
	);
	return stdout.trim();
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
