import { expect, test } from 'vitest';
import { checkPaymentPage } from './payment-page.ts';

const hosted = { hostname: 'sotto.example', protocol: 'https:' };
const local = { hostname: 'localhost', protocol: 'http:' };

test('a payment page is one that came over https', () => {
	expect(checkPaymentPage('https://checkout.example/c/pay/cs_1#x', hosted)).toBe('https://checkout.example/c/pay/cs_1#x');
	expect(checkPaymentPage('https://checkout.example/', local)).toBe('https://checkout.example/');
});

test('http leads from this machine to this machine only', () => {
	expect(checkPaymentPage('http://127.0.0.1:4242/pay/1', local)).toBe('http://127.0.0.1:4242/pay/1');
	expect(() => checkPaymentPage('http://127.0.0.1:4242/pay/1', hosted)).toThrow('address');
	expect(() => checkPaymentPage('http://checkout.example/', local)).toThrow('address');
});

test('what would run script here, lead nowhere or hide where it leads is refused', () => {
	for (const address of [
		'javascript:alert(1)',
		'data:text/html,x',
		'blob:https://sotto.example/1',
		'/plan',
		'',
		'https://checkout.example@evil.example/',
		'https://:word@checkout.example/'
	]) {
		expect(() => checkPaymentPage(address, hosted), address).toThrow('address');
		expect(() => checkPaymentPage(address, local), address).toThrow('address');
	}
});
