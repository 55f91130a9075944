/** Tokens and accounts in the app's own words. All throw `ApiFailure`. */
import type { Client } from '@urql/core';
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import type { Bytes } from '#protocol/bytes';
import { ask, command } from './client.ts';
import {
	AccountMutation,
	CancelSubscriptionMutation,
	IssueFreeTokensMutation,
	IssueProTokensMutation,
	ManagePaymentMutation,
	PriceQuery,
	RedeemVoucherMutation,
	ResumeSubscriptionMutation,
	StartCheckoutMutation
} from './operations.ts';

/** 32 bytes for each blinded element, in order, and 64 for all. */
export type Issued = { readonly evaluated: readonly Bytes[]; readonly proof: Bytes };

function toIssued({ evaluated, proof }: { readonly evaluated: readonly string[]; readonly proof: string }): Issued {
	return { evaluated: evaluated.map(decodeBase64url), proof: decodeBase64url(proof) };
}

type FreeBatch = {
	readonly period: number;
	readonly work: { readonly challenge: Uint8Array; readonly nonce: Uint8Array };
	readonly blinded: readonly Uint8Array[];
};

export async function issueFreeTokens(client: Client, { period, work, blinded }: FreeBatch): Promise<Issued> {
	const variables = {
		period,
		challenge: encodeBase64url(work.challenge),
		nonce: encodeBase64url(work.nonce),
		blinded: blinded.map(encodeBase64url)
	};
	return toIssued((await command(client, IssueFreeTokensMutation, variables)).issueFreeTokens);
}

/** Codes are the 16 characters without dashes. */
type ProBatch = { readonly period: number; readonly account: string; readonly blinded: readonly Uint8Array[] };

export async function issueProTokens(client: Client, { period, account, blinded }: ProBatch): Promise<Issued> {
	const variables = { period, account, blinded: blinded.map(encodeBase64url) };
	return toIssued((await command(client, IssueProTokensMutation, variables)).issueProTokens);
}

/** Of a month, in the smallest unit of `currency` (ISO 4217); `null` where vouchers are all that is taken. */
export type Price = { readonly amount: number; readonly currency: string };

export async function readPrice(client: Client): Promise<Price | null> {
	return (await ask(client, PriceQuery, {})).price;
}

export const subscriptionStates = ['active', 'failed', 'ending'] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];
export type Account = {
	/** The last day that is paid for (UTC), as 2026-11-21. */
	readonly paidUntil: string;
	/** Absent: nothing renews. `failed`: the last payment did not go through. `ending`: it was cancelled. */
	readonly subscription?: SubscriptionState;
};

function toAccount({ paidUntil, subscription }: { readonly paidUntil: string; readonly subscription: string | null }): Account {
	const state = subscriptionStates.find((each) => each === subscription);
	return { paidUntil, ...(state === undefined ? {} : { subscription: state }) };
}

/** `ACCOUNT` for a code that nobody paid for, or not any more. */
export async function readAccount(client: Client, account: string): Promise<Account> {
	return toAccount((await command(client, AccountMutation, { account })).account);
}

/** `VOUCHER` for one that is none or was redeemed. */
export async function redeemVoucher(client: Client, account: string, voucher: string): Promise<Account> {
	return toAccount((await command(client, RedeemVoucherMutation, { account, voucher })).redeemVoucher);
}

export async function cancelSubscription(client: Client, account: string): Promise<Account> {
	return toAccount((await command(client, CancelSubscriptionMutation, { account })).cancelSubscription);
}

export async function resumeSubscription(client: Client, account: string): Promise<Account> {
	return toAccount((await command(client, ResumeSubscriptionMutation, { account })).resumeSubscription);
}

/** The address of a page of the payment company. */
export async function startCheckout(client: Client, account: string): Promise<string> {
	return (await command(client, StartCheckoutMutation, { account })).startCheckout;
}

export async function managePayment(client: Client, account: string): Promise<string> {
	return (await command(client, ManagePaymentMutation, { account })).managePayment;
}
