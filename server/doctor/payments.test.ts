import { expect, test } from 'vitest';
import { checkPayments } from './payments.ts';

const origin = 'https://rooms.example';
const live = { secretKey: 'sk_live_a', webhookSecret: 'whsec_b', priceId: 'price_c' };

test('payments that work, vouchers alone, and no plans at all are each as they should be', () => {
	expect(checkPayments({ origin, plansOn: true, stripe: live })).toMatchObject({
		level: 'ok',
		what: expect.stringContaining('https://rooms.example/stripe/webhook')
	});
	expect(checkPayments({ origin, plansOn: true })).toMatchObject({ level: 'ok', what: expect.stringContaining('Vouchers') });
	expect(checkPayments({ origin, plansOn: false })).toMatchObject({ level: 'ok', what: expect.stringContaining('Nobody pays') });
});

test('keys of a trial, keys without plans, and an address that Stripe does not reach are told', () => {
	const level = (changes: Partial<Parameters<typeof checkPayments>[0]>) =>
		checkPayments({ origin, plansOn: true, stripe: live, ...changes }).level;
	expect(level({ stripe: { ...live, secretKey: 'rk_test_a' } })).toBe('warning');
	expect(level({ stripe: { ...live, api: 'http://127.0.0.1:12111' } })).toBe('warning');
	expect(level({ plansOn: false })).toBe('warning');
	expect(level({ origin: 'http://localhost:3000' })).toBe('fault');
});
