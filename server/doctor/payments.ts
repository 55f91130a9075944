/** How Pro is paid for, as far as it can be seen without asking anybody. */
import type { Config } from '../config.ts';
import type { Finding } from './finding.ts';
import { fault, ok, warning } from './finding.ts';

type Paid = Pick<Config, 'stripe' | 'plansOn' | 'origin'>;

export function checkPayments({ stripe, plansOn, origin }: Paid): Finding {
	if (!plansOn && stripe === undefined) return ok('Nobody pays: PLANS is off.');
	if (!plansOn) return warning('Stripe’s keys are set and PLANS is off: nobody can pay.', 'Unset one of them.');
	if (stripe === undefined) return ok('Vouchers are all that is taken: no keys of Stripe’s are set.');
	if (stripe.api !== undefined)
		return warning('STRIPE_API is set: payments go to another address than Stripe’s.', 'Unset it, but for a trial.');
	if (/^.k_test_/.test(stripe.secretKey))
		return warning(
			'Stripe’s keys are those of its test mode: cards are not charged.',
			'Set the live ones, all three, before you invite people.'
		);
	if (!origin.startsWith('https:'))
		return fault(`Stripe sends its news to https addresses only, and ORIGIN is ${origin}.`, 'Set ORIGIN to the https address.');
	return ok(`Stripe takes payments, and should send its news to ${origin}/stripe/webhook.`);
}
