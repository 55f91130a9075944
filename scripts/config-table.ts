/** Rewrites what docs/OPERATIONS.md has from the code: settings, Postgres' settings, counters. config-table.test.ts says when that is due. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultLimits } from '#protocol/limits';
import type { Limits } from '#protocol/limits';
import { defaultPlans, planNames } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';
import { limitVariable, variables } from '../server/config.ts';
import { serverSettings } from '../server/db/settings.ts';
import { createMetrics } from '../server/metrics.ts';
import { planSettings, planText, planVariable } from '../server/plans.ts';

const document = fileURLToPath(new URL('../docs/OPERATIONS.md', import.meta.url));

/** A limit without words here doesn't compile. */
const limitDocs: Readonly<Record<keyof Limits, string>> = {
	frameBytes: 'Largest WebSocket message that is taken, in bytes.',
	initWaitMs: 'How long a new socket may wait before it says `connection_init`, in ms.',
	operationsInFlight: 'Operations that one socket may have under way.',
	pingIntervalMs: 'Time between two pings to a socket, in ms.',
	pingMisses: 'Pings without an answer after which the socket is closed.',
	bufferedBytes: 'Bytes that may wait for one slow reader before its socket is closed with 4008.',
	bodyBytes: 'Largest HTTP body at `/graphql`, in bytes.',
	contentPerSession: 'Messages of one session.',
	contentPerRoom: 'Messages of one room, all sessions together.',
	controlPerSession: 'Control envelopes (hello, bye, typing …) of one session.',
	createPerMinute: 'Rooms made from one address prefix in a minute.',
	workPerMinute: 'Proof-of-work challenges for one address prefix in a minute.',
	workBits:
		'Leading zero bits of the work for a batch of free tokens while the server is idle; up to 10 under load. Each one doubles the work.',
	accountPerMinute: 'Tries of account and voucher codes from one address prefix in a minute.',
	peekPerMinute: 'Questions from the gate from one address prefix in a minute.',
	historyPerMinute: 'Pages of history for one session in a minute.',
	historyRows: 'Rows in one page of history.',
	replayRows: 'Rows that a reader who comes back is sent before live ones; beyond that it asks for history.',
	socketsPerPrefix: 'Sockets from one address prefix.',
	socketsPerPlace: 'Sockets of a room, as a multiple of its people limit.'
};

function row(...cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
	return text === '' ? '–' : `\`${text}\``;
}

function limitRows(name: keyof Limits, value: Limits[keyof Limits]): readonly string[] {
	if (typeof value === 'number') return [row(code(limitVariable(name)), limitDocs[name], code(String(value)))];
	return [
		row(code(limitVariable(name, 'perSecond')), `${limitDocs[name]} Per second, in the long run.`, code(String(value.perSecond))),
		row(code(limitVariable(name, 'burst')), `${limitDocs[name]} At once.`, code(String(value.burst)))
	];
}

function table(heading: readonly string[], rows: readonly string[]): string {
	return [row(...heading), row(...heading.map(() => '---')), ...rows].join('\n');
}

function names(limits: Limits): (keyof Limits)[] {
	return Object.keys(limits).filter((name): name is keyof Limits => name in limitDocs);
}

function settingsTables(): string {
	const settings = Object.entries(variables).map(([name, { doc, unset }]) => row(code(name), doc, code(unset)));
	const limits = names(defaultLimits).flatMap((name) => limitRows(name, defaultLimits[name]));
	const plans = planNames.flatMap(planRows);
	const heads = { variable: settings, limit: limits, plan: plans };
	return Object.entries(heads)
		.map(([head, rows]) => table([head, 'what it is', 'when unset'], rows))
		.join('\n\n');
}

function planRows(plan: PlanName): readonly string[] {
	const settings: Readonly<Partial<Record<keyof Plan, { readonly doc: string }>>> = planSettings[plan];
	return planNumbers.flatMap((name) => {
		const setting = settings[name];
		return setting === undefined
			? []
			: [row(code(planVariable(plan, name)), setting.doc, code(planText(defaultPlans[plan][name])))];
	});
}

/** In the order of the table; a number that is missing here doesn't compile. */
const planOrder: Readonly<Record<keyof Plan, true>> = {
	roomsPerMonth: true,
	roomsPerHour: true,
	messages: true,
	lifetimesSeconds: true,
	maxLifetimeSeconds: true,
	people: true,
	files: true
};
const planNumbers = Object.keys(planOrder).filter((name): name is keyof Plan => name in planOrder);

function postgresBlock(): string {
	const lines = Object.entries(serverSettings).map(([name, value]) => `${name} = '${value}'`);
	return ['```', ...lines, '```'].join('\n');
}

function countersTable(): string {
	const rows = [
		...createMetrics()
			.text()
			.matchAll(/^# HELP (\S+) (.+)$/gm)
	].map(([, name = '', words = '']) => row(code(name), words));
	return table(['counter', 'what it counts'], rows);
}

/** What stands in docs/OPERATIONS.md between the two markers of each name. */
export const sections: Readonly<Record<string, () => string>> = {
	settings: settingsTables,
	postgres: postgresBlock,
	counters: countersTable
};

/** Throws when the document has lost a marker. */
export function withSections(text: string): string {
	return Object.entries(sections).reduce((whole, [name, make]) => {
		const begin = `<!-- ${name}: made by scripts/config-table.ts -->`;
		const from = whole.indexOf(begin);
		const to = whole.indexOf(`<!-- ${name}: end -->`);
		if (from < 0 || to < from) throw new Error(`docs/OPERATIONS.md: the markers around ${name} are gone`);
		return `${whole.slice(0, from)}${begin}\n\n${make()}\n\n${whole.slice(to)}`;
	}, text);
}

if (import.meta.main) writeFileSync(document, withSections(readFileSync(document, 'utf8')));
