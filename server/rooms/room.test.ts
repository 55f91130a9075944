import { expect, test } from 'vitest';
import { defaultPlans } from '#protocol/plans';
import { agreeTerms, dayOf, epochOf, openModes, planNumber, planOf } from './room.ts';
import type { Wish } from './room.ts';

const hour = 3600;
const day = 24 * hour;
const [liveWithoutPassword, directWithoutPassword] = [0x14, 0x18];
const wish = (changes: Partial<Wish>): Wish => ({ byte0: 0x12, lifetime: null, emptyPolicy: null, people: null, ...changes });

test.each([
	['an hour', hour, hour],
	['a day', day, day],
	['a week', 7 * day, 7 * day],
	['90 days', 90 * day, 90 * day],
	['a custom time', 5 * day + 1, 5 * day + 1],
	['more than 90 days', 90 * day + 1, null],
	['less than an hour', hour - 1, null],
	['half a second too many', hour + 0.5, null],
	['no choice where there are several', null, null]
])('Pro: %s', (_, lifetime, agreed) => {
	expect(agreeTerms(defaultPlans.pro, wish({ lifetime }), openModes)?.lifetimeSeconds ?? null).toBe(agreed);
});

test('Pro has no message limit and room for 200', () => {
	expect(agreeTerms(defaultPlans.pro, wish({ lifetime: hour, people: 200 }), openModes)).toMatchObject({
		cap: null,
		people: 200
	});
	expect(agreeTerms(defaultPlans.pro, wish({ lifetime: hour, people: 201 }), openModes)).toBeNull();
});

test('Free has one lifetime, which may be named or left out', () => {
	expect(agreeTerms(defaultPlans.free, wish({}), openModes)).toMatchObject({ lifetimeSeconds: 30 * day, people: 20, cap: 50 });
	expect(agreeTerms(defaultPlans.free, wish({ lifetime: 30 * day }), openModes)).not.toBeNull();
	expect(agreeTerms(defaultPlans.free, wish({ lifetime: hour }), openModes)).toBeNull();
});

test('what a Live room may be is the same in both plans', () => {
	for (const plan of [defaultPlans.free, defaultPlans.pro]) {
		const agree = (changes: Partial<Wish>) => agreeTerms(plan, wish({ byte0: liveWithoutPassword, ...changes }), ['relayed']);
		expect(agree({})).toMatchObject({ lifetimeSeconds: hour, people: 16, cap: null, emptyPolicy: 1 });
		const lifetimes = [299, 300, 900, 1234, day, day + 1, 600.5];
		const agreed = lifetimes.map((lifetime) => agree({ lifetime })?.lifetimeSeconds ?? null);
		expect(agreed).toEqual([null, 300, 900, 1234, day, null, null]);
		expect([1, 2, 16, 17].map((people) => agree({ people }) !== null)).toEqual([false, true, true, false]);
	}
});

test('a Direct room is two people and fifteen minutes, whatever is wished, in both plans', () => {
	for (const plan of [defaultPlans.free, defaultPlans.pro]) {
		const agree = (changes: Partial<Wish>) => agreeTerms(plan, wish({ byte0: directWithoutPassword, ...changes }), ['direct']);
		expect(agree({})).toMatchObject({ lifetimeSeconds: 900, people: 2, cap: null, emptyPolicy: 1 });
		expect(agree({ lifetime: 900, people: 2, emptyPolicy: 1 })).not.toBeNull();
		for (const more of [{ lifetime: 901 }, { people: 3 }, { emptyPolicy: 0 }]) expect(agree(more)).toBeNull();
	}
});

test('a mode that can not be opened is refused', () => {
	expect(agreeTerms(defaultPlans.free, wish({ byte0: liveWithoutPassword }), ['stored'])).toBeNull();
	expect(agreeTerms(defaultPlans.free, wish({}), ['relayed'])).toBeNull();
	expect(agreeTerms(defaultPlans.free, wish({ byte0: directWithoutPassword }), ['stored', 'relayed'])).toBeNull();
});

test('a room that ends on the hour or at midnight belongs to the one before', () => {
	expect([epochOf(hour), epochOf(hour + 1)]).toEqual([0, 1]);
	expect([dayOf(day), dayOf(day + 1)]).toEqual([0, 1]);
});

test('plan names and numbers are pairs', () => {
	expect(['free', 'pro'].map((name) => (name === 'free' || name === 'pro' ? planOf(planNumber(name)) : null))).toEqual([
		'free',
		'pro'
	]);
	expect(() => planOf(2)).toThrow('unknown plan 2');
});
