/** What somebody with an account's code may do. */
import { setTimeout as delay } from 'node:timers/promises';
import { foldCode, isCode } from '#protocol/codes';
import { maxProBatch, periodOf } from '#protocol/tokens';
import { charge, perMinute } from '../access/rates.ts';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Issued } from '../tokens/issue.ts';
import { issueTokens } from '../tokens/issue.ts';
import type { Account } from './account.ts';
import { accountHash } from './account.ts';
import type { Price } from './payments.ts';
import { findAccount, redeem, takeTokens, voucherHash } from './rows.ts';

type Ports = Pick<Services, 'db' | 'access' | 'limits' | 'plans' | 'plansOn' | 'tokenKeys' | 'payments' | 'now'>;
type Guess = { readonly account: string; readonly prefix: string };

/** A wrong code is answered after this long, in milliseconds (§16.3). */
const guessDelayMs = 250;

/** Every refusal that could say whether a code is one takes the same time. */
async function guarded<Result>({ access, limits, plansOn }: Ports, prefix: string, work: () => Promise<Result>): Promise<Result> {
	if (!plansOn) throw new Refusal('BAD_INPUT');
	charge(access.rates, `account:${prefix}`, perMinute(limits.accountPerMinute));
	const floor = delay(guessDelayMs);
	try {
		return await work();
	} catch (error) {
		await floor;
		throw error;
	}
}

/** Throws `ACCOUNT` for a code that is none, that nobody paid for, or whose time is over. */
export function readAccount(ports: Ports, { account, prefix }: Guess): Promise<Account> {
	return guarded(ports, prefix, async () => {
		const found = await findAccount(ports.db, accountHash(account));
		if (found === null) throw new Refusal('ACCOUNT');
		return found;
	});
}

/** Throws `ACCOUNT`; `BAD_INPUT` for another month or number; `RATE_LIMITED` for more than an hour's rooms. */
export function issueProTokens(
	ports: Ports,
	{ account, prefix, period, blinded }: Guess & { readonly period: number; readonly blinded: readonly Uint8Array[] }
): Promise<Issued> {
	const { db, plans, tokenKeys, now } = ports;
	return guarded(ports, prefix, async () => {
		const count = blinded.length;
		if (period !== periodOf(now()) || count === 0 || count > maxProBatch) throw new Refusal('BAD_INPUT');
		const issued = issueTokens(tokenKeys, { plan: 'pro', period, blinded });
		await takeTokens(db, { account: accountHash(account), count, perHour: plans.pro.roomsPerHour ?? null });
		return issued;
	});
}

/** Adds the voucher's days, once. Throws `ACCOUNT` for what is no code, `VOUCHER` for one that is none or was redeemed. */
export function redeemVoucher(
	ports: Ports,
	{ account, voucher, prefix }: Guess & { readonly voucher: string }
): Promise<Account> {
	return guarded(ports, prefix, async () => {
		const code = foldCode(voucher);
		if (!isCode(code)) throw new Refusal('VOUCHER');
		const redeemed = await redeem(ports.db, { account: accountHash(account), voucher: voucherHash(code) });
		if (redeemed === null) throw new Refusal('VOUCHER');
		return redeemed;
	});
}

export async function readPrice({ payments, plansOn }: Ports): Promise<Price | null> {
	return plansOn && payments !== null ? payments.price() : null;
}

export function startCheckout(ports: Ports, guess: Guess): Promise<string> {
	return guarded(ports, guess.prefix, () => paymentsOf(ports).checkout(accountHash(guess.account)));
}

export function managePayment(ports: Ports, guess: Guess): Promise<string> {
	return guarded(ports, guess.prefix, () => paymentsOf(ports).portal(accountHash(guess.account)));
}

export async function cancelSubscription(ports: Ports, guess: Guess): Promise<Account> {
	await guarded(ports, guess.prefix, () => paymentsOf(ports).cancel(accountHash(guess.account)));
	return readAccount(ports, guess);
}

export async function resumeSubscription(ports: Ports, guess: Guess): Promise<Account> {
	await guarded(ports, guess.prefix, () => paymentsOf(ports).resume(accountHash(guess.account)));
	return readAccount(ports, guess);
}

/** Throws `BAD_INPUT` where vouchers are all that is taken. */
function paymentsOf({ payments }: Ports) {
	if (payments === null) throw new Refusal('BAD_INPUT');
	return payments;
}
