import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { formatFindings } from './finding.ts';
import { checkPlans } from './plans.ts';

test('the table in force is told, with what was set', () => {
	const text = formatFindings(checkPlans(readConfig({ PLAN_FREE_MESSAGES: '7', PLAN_PRO_ROOMS_PER_HOUR: 'none' })));
	expect(text).toBe(
		[
			'ok       Plan free: rooms per month 15; messages 7; lifetimes seconds 2592000; max lifetime seconds none; people 20; files 5.',
			'ok       Plan pro: messages none; lifetimes seconds 3600,86400,604800; max lifetime seconds 7776000; people 200; files 200.',
			''
		].join('\n')
	);
});

test('that plans are off is told, and what rooms have then', () => {
	const findings = checkPlans(readConfig({ PLANS: 'off', PLAN_PRO_PEOPLE: '500' }));
	expect(findings).toHaveLength(1);
	expect(findings[0]?.what).toMatch(/^Plans are off: .*people 500/);
});
