/** Leaves for the payment company's page: on a press of the person, never by itself. */
import type { ProAccount } from '$lib/plan/account.svelte';
import { checkPaymentPage } from '$lib/plan/payment-page';

/** Throws what kept it from being opened. */
export async function leaveForPayment(account: ProAccount, which: 'checkout' | 'portal'): Promise<void> {
	location.assign(checkPaymentPage(await account.paymentPage(which), location));
}
