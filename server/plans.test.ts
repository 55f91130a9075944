import { expect, test } from 'vitest';
import { defaultPlans, planNames } from '#protocol/plans';
import { readConfig } from './config.ts';
import { planSettings, planText, planVariable } from './plans.ts';

test('an empty environment gives the table of the protocol, with plans on', () => {
	expect(readConfig({})).toMatchObject({ plans: defaultPlans, plansOn: true });
	expect(readConfig({ PLANS: 'off' }).plansOn).toBe(false);
});

test('every number of the table has a variable, and reads what it is written as', () => {
	for (const plan of planNames) {
		const unset = defaultPlans[plan];
		const { success: _, ...named }: Record<string, unknown> = { success: true, ...unset };
		for (const name of Object.keys(named)) expect(Object.keys(planSettings[plan])).toContain(name);
	}
	const written = Object.fromEntries(
		planNames.flatMap((plan) =>
			planKeys(plan).map((name) => [planVariable(plan, name), planText(defaultPlans[plan][name])] as const)
		)
	);
	expect(written).toMatchObject({
		PLAN_FREE_ROOMS_PER_MONTH: '15',
		PLAN_FREE_MESSAGES: '50',
		PLAN_FREE_LIFETIMES_SECONDS: '2592000',
		PLAN_FREE_MAX_LIFETIME_SECONDS: 'none',
		PLAN_PRO_ROOMS_PER_HOUR: '60',
		PLAN_PRO_MESSAGES: 'none',
		PLAN_PRO_LIFETIMES_SECONDS: '3600,86400,604800',
		PLAN_PRO_MAX_LIFETIME_SECONDS: '7776000',
		PLAN_PRO_PEOPLE: '200',
		PLAN_PRO_FILES: '200'
	});
	expect(readConfig(written).plans).toEqual(defaultPlans);
});

function planKeys(plan: (typeof planNames)[number]) {
	const names = [
		'roomsPerMonth',
		'roomsPerHour',
		'messages',
		'lifetimesSeconds',
		'maxLifetimeSeconds',
		'people',
		'files'
	] as const;
	return names.filter((name) => name in planSettings[plan]);
}

test('what is set takes the place of its number alone', () => {
	const { plans } = readConfig({
		PLAN_FREE_ROOMS_PER_MONTH: '3',
		PLAN_FREE_MESSAGES: 'none',
		PLAN_FREE_LIFETIMES_SECONDS: '3600, 86400',
		PLAN_PRO_ROOMS_PER_HOUR: 'none',
		PLAN_PRO_MESSAGES: '1000',
		PLAN_PRO_MAX_LIFETIME_SECONDS: 'none'
	});
	expect(plans.free).toEqual({ roomsPerMonth: 3, lifetimesSeconds: [3600, 86_400], people: 20, files: 5 });
	expect(plans.pro).toEqual({ messages: 1000, lifetimesSeconds: [3600, 86_400, 604_800], people: 200, files: 200 });
});

test.each([
	['PLAN_FREE_ROOMS_PER_MONTH', 'from 1 to 100', ['0', '101', 'none', '1.5', '-1']],
	['PLAN_PRO_ROOMS_PER_HOUR', 'none, or a whole number from 1', ['0', 'no', '1e3']],
	['PLAN_FREE_MESSAGES', 'none, or a whole number from 1', ['0', '2147483648', 'None']],
	['PLAN_PRO_LIFETIMES_SECONDS', 'from 3600 (an hour) to 7776000 (90 days)', ['none', '3599', '7776001', '3600,', '3600,1h', '']],
	['PLAN_PRO_LIFETIMES_SECONDS', 'each lifetime once', ['3600,3600']],
	['PLAN_PRO_MAX_LIFETIME_SECONDS', 'none, or whole seconds, from 3600', ['3599', '7776001', '90d']],
	['PLAN_FREE_PEOPLE', 'from 2 to 32767', ['1', '32768', 'none']],
	['PLAN_PRO_FILES', 'from 0 to', ['-1', 'none', '0.5']]
])('%s: expected %s', (name, words, values) => {
	for (const value of values.filter((each) => each !== '')) {
		expect(() => readConfig({ [name]: value }), value).toThrow(`${name}: expected`);
		expect(() => readConfig({ [name]: value }), value).toThrow(words);
	}
});

test('faults of the table are told with the others, all at once', () => {
	expect(() => readConfig({ PORT: 'x', PLAN_FREE_PEOPLE: '1', PLAN_PRO_MESSAGES: '0' })).toThrow(
		/PORT[^]*PLAN_FREE_PEOPLE[^]*PLAN_PRO_MESSAGES/
	);
});
