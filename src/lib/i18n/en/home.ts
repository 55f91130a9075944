import { time } from './common.ts';
import { number, plural } from './format.ts';

export const home = {
	title: 'Rooms that keep quiet.',
	lede: 'Open a room, share the link, say what you need to. No account, no name. Messages are locked on your device, and the room erases itself when its time is up.',
	open: {
		title: 'Open a room',
		kinds: 'What kind of room?',
		stored: { name: 'Stored', text: 'History stays, encrypted, until the room ends.' },
		relayed: { name: 'Live', text: 'Messages pass through and are never stored.' },
		direct: { name: 'Direct', text: 'Browser to browser. Two people, 15 minutes.' },
		coming: 'Coming',
		name: 'Room name',
		nameAside: 'Optional. Encrypted too.',
		namePlaceholder: 'For example: Thursday plans',
		nameTooLong: 'That name is too long. Up to 40 characters.',
		nameForbidden: 'That name has a character that can’t be shown safely. Type it anew.',
		people: 'People, at most',
		peopleHint: 'You included.',
		fewer: 'Fewer people',
		more: 'More people',
		password: 'Password',
		passwordAside: 'Required for Stored rooms',
		directRelay: 'Messages go from browser to browser, by a relay that hides your IP address unless you say otherwise.',
		directOpen: 'Messages go from browser to browser. This server has no relay: the other person can see your IP address.',
		askPassword: 'Ask for a password',
		askPasswordOff:
			'Optional. Without one, anybody who has the link can come in. The link alone still carries a full-strength key.',
		askPasswordOn: 'Optional. Send it another way than the link.',
		endsEmpty: 'Ends when everyone leaves',
		endsEmptyHint: 'A minute after the last goodbye, and only once somebody has joined you.',
		phrase: 'Suggested password',
		newWords: 'New words',
		useOwn: 'Use my own',
		useWords: 'Use four words',
		makingWords: 'Choosing four words…',
		wordsFailed: 'The words couldn’t be made here. Use your own password, or try again.',
		ownHint: 'It never leaves this device. Nobody can look it up or reset it.',
		tooShort: (least: number) => `At least ${plural(least, { one: '# character', other: '# characters' })}.`,
		tooLong: (most: number) => `At most ${plural(most, { one: '# character', other: '# characters' })}.`,
		leaked: 'Everybody who guesses tries this one first. Choose another, or take four words.',
		lifetime: 'Ends after',
		pro: 'Pro',
		/** Chosen without Pro: nothing changes. */
		partOfPro: (wanted: number, kept: number) =>
			`${time.lifetime(wanted)} is part of Pro. Your room still ends after ${time.lifetime(kept)}.`,
		customPartOfPro: (kept: number) => `A time of your own is part of Pro. Your room still ends after ${time.lifetime(kept)}.`,
		custom: 'Another time',
		customAmount: 'How long?',
		customUnit: 'Unit',
		minutes: 'Minutes',
		hours: 'Hours',
		days: 'Days',
		customWhole: 'A whole number, please.',
		customRange: (least: number, most: number) => `From ${time.lifetime(least)} to ${time.lifetime(most)}.`,
		used: (used: number, all: number) =>
			all - used === 1
				? `${number(1)} room left this month.`
				: `${number(used)} of ${plural(all, { one: '# room', other: '# rooms' })} used this month.`,
		usedPro: (rooms: number) =>
			`Pro: ${plural(rooms, { one: '# room', other: '# rooms' })} opened from this device this month, no limit.`,
		takes: (messages: number) =>
			`It takes ${plural(messages, { one: '# message', other: '# messages' })}. Anybody inside can end it sooner.`,
		submit: 'Open the room',
		busy: 'Opening',
		making: 'Making the room’s key…',
		makingTokens: 'Making your rooms for this month…',
		makingWhy: 'A few seconds of work, once a month. It stands in for an account.',
		failed: 'The room couldn’t be opened. Check your connection and try again.',
		tooFast: 'Too many rooms were opened from here just now. Wait a minute, then try again.',
		busyServer: 'The server has much to do right now. Try again in a moment.',
		clock: 'This device and the server don’t agree on the date. Check the date here, then try again.',
		otherKey:
			'The server used another key for this device than the one it shows to everybody. It could tell your rooms apart by it, so none was opened.',
		noPro: 'No Pro under this device’s code, or not any more. You can open a Free room.',
		proHour: (rooms: number | undefined, again: number) =>
			`This code has had ${rooms === undefined ? 'all the rooms' : `its ${plural(rooms, { one: '# room', other: '# rooms' })}`} of this hour, on all its devices together. Try again at ${time.clock(again)}.`,
		copied:
			'Password copied. Send it another way than the link. It’s cleared from the clipboard in 60 seconds if the browser allows it.'
	},
	/** One tab is in one room. */
	leavesFirst: (name: string) =>
		`One room at a time: ${name === '' ? 'the room in this tab' : name} is left on this device then.`,
	strength: {
		leaked: 'Too easy: found in leaked lists.',
		weak: 'Weak: add words.',
		good: 'Good: hard to guess.',
		words: 'Strong: four random words.',
		long: 'Strong: long and unusual.'
	},
	join: {
		title: 'Join a room',
		link: 'Invite link',
		placeholder: 'Paste it here',
		submit: 'Join',
		scan: 'Scan a QR code',
		scanFailed: 'The scanner couldn’t be loaded. Check your connection, or paste the link.',
		foreign: 'That isn’t a Sotto invite link.',
		noKey: 'Part of this link is missing: the key after the # sign. Ask for the link again.',
		empty: 'Paste the invite link first.'
	},
	rooms: {
		title: 'Your rooms',
		aside: 'On this device only',
		empty: 'None yet. Rooms you open or join are listed here, on this device only.',
		forgetful: {
			title: 'This browser forgets everything.',
			text: 'You can use rooms, but they won’t be listed here after you close the page.'
		},
		unreadable: {
			title: 'What is kept on this device can’t be read just now.',
			text: 'Rooms that stay here may be missing from this list. Close other tabs with Sotto and load this page again. Nothing was erased.'
		},
		remembered: 'The room in this tab',
		rememberedHint: 'Asks for its password again, where it has one.',
		stored: 'Stored',
		relayed: 'Live',
		direct: 'Direct',
		people: (count: number) => plural(count, { one: '# person', other: '# people' }),
		left: (time: string) => `, ${time} left`
	},
	offline: 'You’re offline. Rooms on this device can be read; opening and joining wait for a connection.'
};
