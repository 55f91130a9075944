import { number } from './format.ts';

export const settings = {
	title: 'Settings',
	appearance: 'Appearance',
	theme: 'Theme',
	device: 'Device',
	light: 'Light',
	dark: 'Dark',
	largerText: 'Larger message text',
	showTyping: 'Show when I’m writing',
	showTypingHint: 'Others see three quiet dots.',
	writing: 'Writing',
	enterSends: 'Enter sends the message',
	enterSendsHint: 'Shift and Enter starts a new line.',
	enterSendsOffHint: 'Off: Enter starts a new line, Ctrl and Enter sends.',
	burnStart: 'Burn timer starts at',
	thisDevice: 'This device',
	kept: 'Kept here',
	/** `plans`: this server has plans, or nobody knows yet. `shared`: nothing of a room is stored. */
	keptText: (plans: boolean, shared: boolean) => {
		const passes = plans ? ', the passes for rooms you can still open, and your Pro code if you have one' : '';
		const room =
			'While a room is open in a tab, also its link and your place in it, for that tab only, so that a reload finds the way back.';
		return `These settings${passes}. ${shared ? 'Of a room that you enter now, nothing.' : room}`;
	},
	shared: 'This is a shared computer',
	sharedHint:
		'Nothing of a room is written down in this browser. After a reload you open its link again, and rooms can’t be kept here. Rooms that were kept before stay until they are removed.',
	sharedOffHint:
		'Off: what a reload needs lies in the tab’s storage, encrypted but for the link, and browsers may write that to the disk. Turn this on where others use the same browser.',
	erase: 'Erase this device',
	eraseHint: (plans: boolean) =>
		`Every room in this browser, what waits to be sent, your aliases${plans ? ', a Pro code, the passes for rooms' : ''} and these settings are removed. The rooms themselves go on for the others.`,
	eraseTitle: 'Erase this device?',
	/** `rooms`: how many there are on this device. */
	eraseText: (rooms: number) =>
		rooms > 1
			? `You will leave ${number(rooms)} rooms on this device. To come back you’ll need each link and password again. The others can still read what is in those rooms.`
			: 'You will leave the room on this device. To come back you’ll need the link and the password again. The others can still read what is in it.',
	hold: 'Hold to erase',
	holdHint: 'Keep holding for about two seconds. Let go to stop. With a keyboard, hold Space.',
	keep: 'Keep everything',
	eraseFailed: 'Something couldn’t be erased. Clear this site’s data in the browser’s settings.'
};
