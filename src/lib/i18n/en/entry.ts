import { number, plural } from './format.ts';

/** What keeps somebody from coming in. */
export const entry = {
	full: {
		title: 'This room is full.',
		text: (people: number) =>
			`${number(people)} of ${number(people)} people are inside. When somebody leaves, there’s a place for you. Your link and alias stay ready.`,
		/** Waiting for a place would be to wait for one of the two. */
		direct: 'A Direct room is for two, and two are inside. They were told that somebody wanted to come in.',
		wait: 'Tell me when there’s room',
		waiting: 'We look every few seconds. Keep this page open.',
		free: 'There’s a place for you now.'
	},
	linkIncomplete: {
		title: 'Part of this link is missing.',
		text: 'The link arrived without its key, or with part of it: what stands after the # sign. Some apps cut it off. Ask for the link again, or scan the QR code instead.',
		demo: 'A whole link looks like this',
		demoKey: '#cibt6k7vq3m…',
		scan: 'Scan the QR code',
		paste: 'Paste the whole link'
	},
	linkForgotten: {
		title: 'Open the link again.',
		text: 'Settings say that this is a shared computer, so nothing of a room is kept in this browser, not even over a reload. The room itself goes on: come in again by its link.'
	},
	linkDamaged: {
		title: 'This link is damaged.',
		text: 'Its key has a wrong or missing character, so it opens nothing. Ask for the link again, or scan the QR code instead.'
	},
	linkVersion: {
		title: 'This link needs a newer Sotto.',
		text: 'It was made by a version that this page doesn’t know yet. Reload the page, or ask where the room was opened.',
		reload: 'Reload'
	},
	gone: {
		title: 'There’s no room here.',
		text: 'It may have ended, been purged, or never existed. We can’t tell which: a room that is over answers like one that never was.'
	},
	substituted: {
		title: 'The server’s answer doesn’t fit this link.',
		text: 'What it sent isn’t what the person who opened this room left there. Nothing was shown and nothing was sent. Tell the person who invited you, by another way.'
	},
	forgotten: {
		title: 'This device no longer has this room.',
		text: 'The browser cleared it, or it was forgotten here. To come back you need the link and the password.'
	},
	serverAway: {
		title: 'We can’t reach our server.',
		text: 'Your link stays ready here. We keep trying.'
	},
	tooFast: {
		title: 'A moment, please.',
		text: (seconds: number) =>
			`Too many tries from here. You can go on in ${plural(seconds, { one: '# second', other: '# seconds' })}.`,
		now: 'You can go on now.'
	}
};
