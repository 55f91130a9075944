/** What somebody with an account's code may do. */
import { foldCode, isCode } from '#protocol/codes';
import { elementSize, maxProBatch, periodOf } from '#protocol/tokens';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Issued } from '../tokens/issue.ts';
import { issueTokens } from '../tokens/issue.ts';
import type { Account } from './account.ts';
import { accountHash } from './account.ts';
import { guarded } from './guard.ts';
import type { Price } from './payments.ts';
import { findAccount, findLast, redeem, takeTokens, voucherHash } from './rows.ts';

type Ports = Pick<Services, 'db' | 'access' | 'limits' | 'plans' | 'plansOn' | 'tokenKeys' | 'payments' | 'now'>;
type Guess = { readonly account: string; readonly prefix: string };

/** Throws `ACCOUNT` for a code that is none, that nobody paid for, or whose time is over. */
export function readAccount(ports: Ports, { account, prefix }: Guess): Promise<Account> {
	return guarded(ports, { prefix }, () => accountOf(ports, account));
}

async function accountOf({ db }: Ports, code: string): Promise<Account> {
	const found = await findAccount(db, accountHash(code));
	if (found === null) throw new Refusal('ACCOUNT');
	return found;
}

type ProRequest = Guess & { readonly period: number; readonly blinded: readonly Uint8Array[] };

/**
 * Throws `ACCOUNT`; `BAD_INPUT` for another month or number, and for what is no element of the group; `RATE_LIMITED` for more
 * than an hour's rooms. What is refused isn't counted.
 */
export function issueProTokens(ports: Ports, { account, prefix, period, blinded }: ProRequest): Promise<Issued> {
	const { db, plans, tokenKeys, now } = ports;
	return guarded(ports, { prefix }, async () => {
		const count = blinded.length;
		const isWellFormed = count > 0 && count <= maxProBatch && blinded.every((element) => element.length === elementSize);
		if (period !== periodOf(now()) || !isWellFormed) throw new Refusal('BAD_INPUT');
		// First, so that nobody has work done here with a guess. Then the work, so that a batch that can't be signed isn't counted.
		await accountOf(ports, account);
		const issued = issueTokens(tokenKeys, { plan: 'pro', period, blinded });
		await takeTokens(db, { account: accountHash(account), count, perHour: plans.pro.roomsPerHour ?? null });
		return issued;
	});
}

type Redemption = Guess & { readonly voucher: string };

/** Adds the voucher's days, once. Throws `ACCOUNT` for what is no code, `VOUCHER` for one that is none or was redeemed. */
export function redeemVoucher(ports: Ports, { account, voucher, prefix }: Redemption): Promise<Account> {
	return guarded(ports, { prefix }, async () => {
		const hash = accountHash(account);
		const code = foldCode(voucher);
		if (!isCode(code) || !(await redeem(ports.db, { account: hash, voucher: voucherHash(code) }))) throw new Refusal('VOUCHER');
		return accountOf(ports, account);
	});
}

export async function readPrice({ payments, plansOn }: Ports): Promise<Price | null> {
	return plansOn && payments !== null ? payments.price() : null;
}

/** Throws `ACCOUNT` for what is no code. Any other has a checkout, so each is a try. */
export function startCheckout(ports: Ports, { account, prefix }: Guess): Promise<string> {
	return guarded(ports, { prefix, alwaysCharged: true }, async () => paymentsOf(ports).checkout(accountHash(account)));
}

/** Throws `ACCOUNT` for a code without a subscription. */
export function managePayment(ports: Ports, { account, prefix }: Guess): Promise<string> {
	return guarded(ports, { prefix }, async () => paymentsOf(ports).portal(accountHash(account)));
}

/** Throws `ACCOUNT` for a code without a subscription. Answers with what is left, though its last day may be over. */
export function cancelSubscription(ports: Ports, { account, prefix }: Guess): Promise<Account> {
	return guarded(ports, { prefix }, async () => {
		const hash = accountHash(account);
		await paymentsOf(ports).cancel(hash);
		const left = await findLast(ports.db, hash);
		if (left === null) throw new Refusal('ACCOUNT');
		return left;
	});
}

/** Throws `ACCOUNT` for a code without a subscription that was cancelled and hasn't ended. */
export function resumeSubscription(ports: Ports, { account, prefix }: Guess): Promise<Account> {
	return guarded(ports, { prefix }, async () => {
		await paymentsOf(ports).resume(accountHash(account));
		return accountOf(ports, account);
	});
}

/** Throws `BAD_INPUT` where vouchers are all that is taken. */
function paymentsOf({ payments }: Ports) {
	if (payments === null) throw new Refusal('BAD_INPUT');
	return payments;
}
