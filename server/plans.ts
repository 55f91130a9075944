/** The plan table as settings: each number of src/lib/protocol/plans.ts has a variable, made by one rule. */
import * as v from 'valibot';
import type { Plan, PlanName, Plans } from '#protocol/plans';
import { defaultPlans, minPeople } from '#protocol/plans';

const hour = 3600;
/** There are tables for the days to come, and hours in the keyring, for so long and no longer. */
const longest = 90 * 24 * hour;
/** Columns of Postgres: a count, and a smaller one. */
const [maxCount, maxPeople] = [2_147_483_647, 32_767];
/** Signing takes the server about 1.5 ms for each token of a batch. */
const maxBatch = 100;

function whole(least: number, most: number, words = `expected a whole number from ${least} to ${most}`) {
	return v.pipe(v.string(), v.regex(/^\d{1,10}$/, words), v.transform(Number), v.minValue(least, words), v.maxValue(most, words));
}

const lifetimeWords = `expected whole seconds, from ${hour} (an hour) to ${longest} (90 days)`;
const lifetime = whole(hour, longest, lifetimeWords);
const lifetimes = v.pipe(
	v.string(),
	v.transform((text) => text.split(',').map((part) => part.trim())),
	v.array(lifetime),
	v.check((all) => new Set(all).size === all.length, 'expected each lifetime once')
);

/** Or `none`, which is no limit. */
function orNone(least: number, most: number, words = `expected none, or a whole number from ${least} to ${most}`) {
	const none = v.pipe(
		v.literal('none'),
		v.transform(() => null)
	);
	return v.union([none, whole(least, most, words)], words);
}

const messages = {
	doc: 'Messages that a room takes; `none` for no limit.',
	schema: orNone(1, maxCount)
};
const lifetimesSeconds = { doc: 'Lifetimes of a room to choose from, in seconds, separated by commas.', schema: lifetimes };
const maxLifetimeSeconds = {
	doc: 'The longest lifetime that people may set themselves, in seconds; `none`: they choose from the list.',
	schema: orNone(hour, longest, lifetimeWords.replace('expected', 'expected none, or'))
};
const people = { doc: 'Places in a room, for whoever wants no other number.', schema: whole(minPeople, maxPeople) };
const files = { doc: 'Files in a room.', schema: whole(0, maxCount) };
const common = { messages, lifetimesSeconds, maxLifetimeSeconds, people, files };

/** Each plan's settings, by the names of its numbers. What is limited by the month for one plan is by the hour for the other. */
export const planSettings = {
	free: {
		roomsPerMonth: {
			doc: 'Rooms that one proof of work is good for, in a calendar month (UTC).',
			schema: whole(1, maxBatch)
		},
		...common
	},
	pro: {
		roomsPerHour: {
			doc: 'Tokens that one account gets in an hour, against abuse; `none` for no limit.',
			schema: orNone(1, maxCount)
		},
		...common
	}
} as const satisfies Record<PlanName, Partial<Record<keyof Plan, unknown>>>;

/** `PLAN_FREE_ROOMS_PER_MONTH`, `PLAN_PRO_LIFETIMES_SECONDS`, … */
export function planVariable(plan: PlanName, name: keyof Plan): string {
	return `PLAN_${plan}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}

/** What a number of the table is written as. */
export function planText(value: number | readonly number[] | undefined): string {
	if (value === undefined) return 'none';
	return typeof value === 'number' ? String(value) : value.join(',');
}

type Read = <Schema extends v.GenericSchema<string, unknown>>(name: string, schema: Schema) => v.InferOutput<Schema> | undefined;

/** `read` gives `undefined` where nothing stands, and for what has another form, which it remembers. */
export function readPlans(read: Read): Plans {
	const { free, pro } = planSettings;
	const month = read(planVariable('free', 'roomsPerMonth'), free.roomsPerMonth.schema) ?? defaultPlans.free.roomsPerMonth;
	const perHour = limitOf(read(planVariable('pro', 'roomsPerHour'), pro.roomsPerHour.schema), defaultPlans.pro.roomsPerHour);
	return {
		free: { ...(month === undefined ? {} : { roomsPerMonth: month }), ...readCommon('free', read) },
		pro: { ...(perHour === undefined ? {} : { roomsPerHour: perHour }), ...readCommon('pro', read) }
	};
}

function readCommon(plan: PlanName, read: Read): Plan {
	const unset = defaultPlans[plan];
	const cap = limitOf(read(planVariable(plan, 'messages'), common.messages.schema), unset.messages);
	const ownLifetime = limitOf(
		read(planVariable(plan, 'maxLifetimeSeconds'), common.maxLifetimeSeconds.schema),
		unset.maxLifetimeSeconds
	);
	return {
		...(cap === undefined ? {} : { messages: cap }),
		lifetimesSeconds: read(planVariable(plan, 'lifetimesSeconds'), common.lifetimesSeconds.schema) ?? unset.lifetimesSeconds,
		...(ownLifetime === undefined ? {} : { maxLifetimeSeconds: ownLifetime }),
		people: read(planVariable(plan, 'people'), common.people.schema) ?? unset.people,
		files: read(planVariable(plan, 'files'), common.files.schema) ?? unset.files
	};
}

/** `null` is said: no limit. */
function limitOf(said: number | null | undefined, unset: number | undefined): number | undefined {
	return said === undefined ? unset : (said ?? undefined);
}
