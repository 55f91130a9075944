import { expect, test } from 'vitest';
import { defaultPlans } from '#protocol/plans';
import { chipsOf, defaultLifetime, parseCustom } from './lifetime.ts';

const { free, pro } = defaultPlans;
const [hour, day] = [3600, 86_400];

test('with Free the times of Pro stand beside the one that there is, by length', () => {
	expect(chipsOf(free, pro)).toEqual([
		{ seconds: hour, proOnly: true },
		{ seconds: day, proOnly: true },
		{ seconds: 7 * day, proOnly: true },
		{ seconds: 30 * day, proOnly: false }
	]);
	expect(chipsOf(pro, undefined).every(({ proOnly }) => !proOnly)).toBe(true);
	expect(chipsOf(free, { ...pro, lifetimesSeconds: free.lifetimesSeconds })).toHaveLength(1);
});

test('a day is what one gets without choosing, where it is offered', () => {
	expect(defaultLifetime(pro)).toBe(day);
	expect(defaultLifetime(free)).toBe(30 * day);
});

test('a time of one’s own is a whole number from an hour up to the most', () => {
	const most = 90 * day;
	expect(parseCustom('90', 'days', most)).toEqual({ seconds: most });
	expect(parseCustom(' 5 ', 'hours', most)).toEqual({ seconds: 5 * hour });
	for (const typed of ['', '1.5', '-1', 'ten', '1e3', '0x10'])
		expect(parseCustom(typed, 'days', most)).toEqual({ fault: 'whole' });
	for (const typed of ['0', '91', '999999']) expect(parseCustom(typed, 'days', most)).toEqual({ fault: 'range' });
});
