/** Who takes money, as the rest of the server needs it. */

/** `amount` in the currency's smallest unit; `currency`: ISO 4217 in lower case. */
export type Price = { readonly amount: number; readonly currency: string };

/** What the payment company's news came to. `forged`: it wasn't the company's, or is too old to be believed. */
export type Receipt = 'done' | 'repeated' | 'of no interest' | 'forged';

/** `account`: the hash of the account's code, 32 bytes. All reject with `BUSY` when the company can't be reached. */
export interface Payments {
	/** Of a month. */
	price(): Promise<Price>;
	/** The address of a page of the payment company where a subscription can be begun; with one that runs, where it can be managed. */
	checkout(account: Uint8Array): Promise<string>;
	/** The address of a page where card and invoices are. Throws `ACCOUNT` without a subscription. */
	portal(account: Uint8Array): Promise<string>;
	/** Ends the subscription with what is paid for; at once when its last payment failed. Throws `ACCOUNT` without one. */
	cancel(account: Uint8Array): Promise<void>;
	/** Takes `cancel` back. Throws `ACCOUNT` without a subscription that could go on. */
	resume(account: Uint8Array): Promise<void>;
	/** News from the company, byte by byte as it came, and its signature. Rejects when it should be sent again. */
	receive(body: Uint8Array, signature: string): Promise<Receipt>;
	/** Asks for what no news came of: checkouts a day old, subscriptions whose time is over. Resolves to how many those were. */
	catchUp(): Promise<number>;
}
