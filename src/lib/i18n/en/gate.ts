import { plural } from './format.ts';

export const gate = {
	page: 'Invitation',
	title: 'You’re invited.',
	returningTitle: 'Welcome back.',
	returningText: 'The page was loaded anew, so the password is asked for once more.',
	keptText: 'This room is kept on this device and asks for its password each time.',
	reading: 'Reading the link…',
	opening: 'Opening the room…',
	kind: { stored: 'Stored room', relayed: 'Live room', direct: 'Direct room' },
	ends: (time: string) => `Ends in ${time}`,
	appearAs: 'You’ll appear as',
	alias: 'Your alias',
	aliasHint: 'Made up on this device. Change it or keep it.',
	anotherAlias: 'Suggest another alias',
	aliasBad: 'Between 1 and 24 characters, in one line.',
	colour: 'Your colour',
	colours: {
		clay: 'Clay',
		amber: 'Amber',
		olive: 'Olive',
		fern: 'Fern',
		pine: 'Pine',
		lagoon: 'Lagoon',
		sky: 'Sky',
		iris: 'Iris',
		plum: 'Plum',
		rose: 'Rose'
	},
	directOpen: 'Messages go from browser to browser. This server has no relay: the other person can see your IP address.',
	directUnknown: 'Messages go from browser to browser. The other person may see your IP address.',
	directRelay: 'Messages go from browser to browser, by a relay that hides your IP address unless you say otherwise.',
	password: 'Room password',
	passwordHint:
		'The password never leaves this device. It unlocks the room’s name and messages here. Type it as it was given, dashes too.',
	passwordMissing: 'The room asks for a password. The person who invited you has it.',
	enter: 'Come in',
	foot: 'No account. Nobody asks who you are.',
	making: 'Making your key…',
	makingLabel: 'Making your key',
	makingHint: 'This takes a few seconds on purpose: it makes guessing the password slow for everybody else.',
	joining: 'Coming in…',
	/** Spoken at half and at the end. */
	half: 'Half of the key is made.',
	made: 'Your key is made.',
	wrong: 'That password doesn’t open this room. Check it with the person who invited you.',
	wrongAgain: (seconds: number) =>
		`Capital letters and dashes count. You can try again in ${plural(seconds, { one: '# second', other: '# seconds' })}.`,
	wrongNow: 'Capital letters and dashes count.',
	manyTries: 'Too many tries. Wait a minute, then try again.',
	locked:
		'Somebody has tried too many passwords here, so this room takes nobody new for up to an hour. Anybody inside can let people in again: Room details, Let people in.',
	unexpected: 'Something went wrong on our side. What you typed stays here; try again.'
};
