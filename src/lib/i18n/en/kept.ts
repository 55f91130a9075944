import { common } from './common.ts';
import { number, plural } from './format.ts';

const messages = (count: number) => plural(count, { one: '# message', other: '# messages' });

/** Rooms that stay on this device, what waits in them, and what the installed app says. */
export const kept = {
	here: 'Kept on this device',
	asks: 'Kept on this device, asks for its password',
	/** Where the password is asked for, the name is told to nobody without it. */
	called: (name: string, asks: boolean) => name || (asks ? 'A locked room' : common.unnamed),
	/** In the badge; `many` is the most that it counts to. */
	badge: (count: number, many: number) => (count > many ? `${number(many)}+` : number(count)),
	unread: (count: number) => `, ${number(count)} unread`,
	waiting: (count: number) => plural(count, { one: '# message waits to be sent', other: '# messages wait to be sent' }),
	options: (name: string) => `Options for ${name}`,
	rename: 'Name on this device',
	renameHint: 'Only you see it.',
	save: 'Save the name',
	forget: 'Forget on this device',
	forgetText: 'Its key and its messages go from this device. To come back you need the link and the password.',
	forgetWaiting: (count: number) =>
		`${messages(count)} that ${count === 1 ? 'waits' : 'wait'} to be sent ${count === 1 ? 'goes' : 'go'} too.`,
	forgetAll: 'Forget all rooms',
	forgetAllTitle: 'Forget all rooms on this device?',
	forgetAllText:
		'Their keys and messages go from this device, and what waits to be sent in them. To come back you need each link and password. The others can still read what is in those rooms.',
	/** Settings. */
	held: (rooms: number, waiting: number) => {
		const kept = plural(rooms, { one: '# room', other: '# rooms' });
		return waiting === 0
			? `${kept} with messages, encrypted.`
			: `${kept} with messages, ${plural(waiting, { one: '# more waits', other: '# more wait' })} to be sent, all encrypted.`;
	},
	outbox: {
		title: 'Waiting to send',
		row: (room: string) => `${room} · encrypted, waiting`,
		sealed: 'On its way: it can’t be taken back.',
		hidden: 'Shown in its room, which asks for its password',
		delete: (text: string) => `Delete: ${text}`,
		elsewhere: 'That room is open in another tab. Delete it there.',
		foot: 'These leave this device by themselves while Sotto is open and you’re online, in this order. If a room ends first, its messages are erased here.',
		footAsks: 'A room that asks for its password sends when you are in it.',
		empty: 'Nothing is waiting.'
	},
	lost: (name: string, count: number) => `${name} has ended before ${messages(count)} ${count === 1 ? 'was' : 'were'} sent.`,
	unreadable: (count: number) =>
		`A room can’t be read on this device any more. ${messages(count)} in it ${count === 1 ? 'was' : 'were'} not sent.`,
	notify: {
		label: 'Notifications',
		hint: 'They only say “Something new in a room”. Never who, never what. Sotto must be open, in any tab.',
		refused: 'This browser blocks notifications from this site. Allow them in its settings, then turn this on.',
		missing: 'This browser can’t show notifications.',
		turnOn: 'Notify me'
	},
	share: {
		title: 'Share into which room?',
		hint: 'It is put where you write. Nothing is sent until you send it.',
		none: 'No room is kept on this device, and none is open here. Come into one first, then share again.',
		lost: 'What you shared didn’t arrive. Share it again.'
	},
	install: {
		title: 'Keep Sotto on this device',
		text: 'Opens faster, works offline, and can tell you when a room you’re in has something new. It adds no account.',
		ios: 'Tap Share, then Add to Home Screen.',
		install: 'Install',
		later: 'Not now',
		never: 'Don’t ask again'
	}
};
