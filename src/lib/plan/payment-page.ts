/** The way to the payment company's pages. */
import { PlanError } from './problems.ts';

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address, when it is one to send a person to: https, or http from this machine to this machine, which is how a server is
 * tried out. Throws `PlanError` `address` otherwise: a server that is not to be trusted would else run script here.
 */
export function checkPaymentPage(address: string, page: Pick<Location, 'hostname' | 'protocol'>): string {
	const url = URL.canParse(address) ? new URL(address) : null;
	const tried = url?.protocol === 'http:' && local.has(url.hostname) && local.has(page.hostname);
	if (url === null || !(url.protocol === 'https:' || tried) || url.username !== '' || url.password !== '') {
		throw new PlanError('address');
	}
	return url.href;
}
