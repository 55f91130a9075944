import { expect, test } from 'vitest';
import { defaultPlans } from '#protocol/plans';
import { chipsOf, defaultLifetime, liveChoosing, liveTimes, parseCustom } from './lifetime.ts';

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
	expect(defaultLifetime(pro, day)).toBe(day);
	expect(defaultLifetime(free, day)).toBe(30 * day);
	expect(defaultLifetime(liveTimes, liveChoosing.usual)).toBe(hour);
});

test('a time of one’s own is a whole number from an hour up to the most', () => {
	const [least, most] = [hour, 90 * day];
	expect(parseCustom('90', 'days', { least, most })).toEqual({ seconds: most });
	expect(parseCustom(' 5 ', 'hours', { least, most })).toEqual({ seconds: 5 * hour });
	for (const typed of ['', '1.5', '-1', 'ten', '1e3', '0x10'])
		expect(parseCustom(typed, 'days', { least, most })).toEqual({ fault: 'whole' });
	for (const typed of ['0', '91', '999999']) expect(parseCustom(typed, 'days', { least, most })).toEqual({ fault: 'range' });
	const { least: shortest } = liveChoosing;
	expect(parseCustom('5', 'minutes', { least: shortest, most: day })).toEqual({ seconds: 300 });
	expect(parseCustom('4', 'minutes', { least: shortest, most: day })).toEqual({ fault: 'range' });
});
