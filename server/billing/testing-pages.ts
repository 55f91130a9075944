/** For tests: the pages of the payment company, as far as a journey presses anything there. */

type Session = { readonly id: string; readonly cancelUrl: string };
type Subscription = { readonly customer: string; readonly status: string };

function page(title: string, body: string): string {
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

export function checkoutPage({ id, cancelUrl }: Session): string {
	const pay = `<form method="post" action="/pay/${id}"><button>Pay</button></form>`;
	return page('Checkout', `<p>€4.00 a month</p>${pay}<a href="${escaped(cancelUrl)}">Back</a>`);
}

/** `back`: where the shop is. */
export function portalPage({ customer, status }: Subscription, back: string): string {
	const form = (deed: string, words: string) =>
		`<form method="post" action="/portal/${customer}/${deed}"><input type="hidden" name="back" value="${escaped(back)}"><button>${words}</button></form>`;
	const forms = `${form('cancel', 'Cancel subscription')}${form('pay', 'Pay with another card')}`;
	return page('Billing', `<p>${status}</p>${forms}<a href="${escaped(back)}">Back</a>`);
}
