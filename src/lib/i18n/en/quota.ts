import { dayOfYear, number, plural } from './format.ts';

/** This month's rooms are used up. */
export const quota = {
	title: (rooms: number) => `That’s all ${plural(rooms, { one: '# room', other: '# rooms' })} for this month.`,
	text: (again: number) =>
		`You can still join any room you’re invited to, and the rooms you have stay open. Counting starts again on ${dayOfYear(again)}.`,
	meter: 'Rooms opened, all kinds',
	of: (rooms: number) => ` of ${number(rooms)}`,
	spoken: (rooms: number) => `${number(rooms)} of ${plural(rooms, { one: '# room', other: '# rooms' })} opened`,
	notNow: 'Not now'
};
