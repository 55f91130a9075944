/** The plans as this server would apply them. */
import type { Plan } from '#protocol/plans';
import { planNames } from '#protocol/plans';
import type { Config } from '../config.ts';
import { planText } from '../plans.ts';
import type { Finding } from './finding.ts';
import { ok } from './finding.ts';

/** Each number by the name that its setting has: what is read here can be looked up in docs/OPERATIONS.md. */
export function checkPlans({ plans, plansOn }: Pick<Config, 'plans' | 'plansOn'>): readonly Finding[] {
	if (!plansOn) return [ok(`Plans are off: every room is free of charge and has what Pro allows: ${numbersOf(plans.pro)}.`)];
	return planNames.map((name) => ok(`Plan ${name}: ${numbersOf(plans[name])}.`));
}

function numbersOf({ roomsPerMonth, roomsPerHour, messages, lifetimesSeconds, maxLifetimeSeconds, people, files }: Plan): string {
	return [
		...(roomsPerMonth === undefined ? [] : [`rooms per month ${roomsPerMonth}`]),
		...(roomsPerHour === undefined ? [] : [`rooms per hour ${roomsPerHour}`]),
		`messages ${planText(messages)}`,
		`lifetimes seconds ${planText(lifetimesSeconds)}`,
		`max lifetime seconds ${planText(maxLifetimeSeconds)}`,
		`people ${people}`,
		`files ${files}`
	].join('; ');
}
