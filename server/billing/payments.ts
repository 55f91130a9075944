/** Who takes money, as the use cases of this folder need it. */

/** `amount` in the currency's smallest unit; `currency`: ISO 4217 in lower case. */
export type Price = { readonly amount: number; readonly currency: string };

/** `account`: the hash of the account's code, 32 bytes. All reject with what the payment company said when it says no. */
export interface Payments {
	/** Of a month. */
	price(): Promise<Price>;
	/** The address of a page of the payment company where a subscription can be begun. */
	checkout(account: Uint8Array): Promise<string>;
	/** The address of a page where card and invoices are. Throws `ACCOUNT` without a subscription. */
	portal(account: Uint8Array): Promise<string>;
	/** Ends the subscription with what is paid for. Throws `ACCOUNT` without one. */
	cancel(account: Uint8Array): Promise<void>;
	/** Takes `cancel` back. Throws `ACCOUNT` without a subscription that could go on. */
	resume(account: Uint8Array): Promise<void>;
}
