import { expect, test } from 'vitest';
import { canRemember, whatIsMissing } from './support.ts';

const whole = {
	isSecureContext: true,
	crypto: { subtle: {} },
	Worker: 1,
	WebSocket: 1,
	TextEncoder: 1,
	structuredClone: 1,
	HTMLDialogElement: 1,
	BigInt: 1
};

test('a browser with everything is let in, with or without Trusted Types', () => {
	expect(whatIsMissing(whole)).toBeNull();
});

test('a page that came over plain http is told apart from an old browser', () => {
	expect(whatIsMissing({ ...whole, isSecureContext: false, crypto: {} })).toBe('insecure');
	expect(whatIsMissing({ ...whole, crypto: {} })).toBe('old');
	const { Worker: _, ...withoutWorkers } = whole;
	expect(whatIsMissing(withoutWorkers)).toBe('old');
});

test('a browser whose storage is blocked is told apart from one that remembers', () => {
	const kept = new Map<string, string>();
	const storage = { setItem: kept.set.bind(kept), removeItem: kept.delete.bind(kept) } as unknown as Storage;
	expect(canRemember(() => storage)).toBe(true);
	expect(kept.size).toBe(0);
	const blocked = (): Storage => {
		throw new DOMException('blocked', 'SecurityError');
	};
	expect(canRemember(blocked)).toBe(false);
});
