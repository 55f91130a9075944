import { number, plural } from './format.ts';

export const serverEye = {
	name: 'Server’s eye view',
	title: 'What we hold, next to what you see.',
	intro:
		'These rows were fetched from the server a moment ago, exactly as they are kept. Your device has the key. The server does not.',
	introLive:
		'Nothing that is said here lies on the server’s disk. Whatever stands here is what it still has in memory, for those whose connection breaks: the newest messages, for a minute at the most.',
	back: 'Back to the room',
	holds: 'The server holds',
	sees: 'You see',
	rows: 'Rows',
	row: (seq: number) => `row ${number(seq)}`,
	bytes: (size: number) => plural(size, { one: '# byte', other: '# bytes' }),
	ciphertext: (size: number) => `Ciphertext, ${plural(size, { one: '# byte', other: '# bytes' })}`,
	again: 'Fetch again',
	fetching: 'Fetching…',
	all: (count: number) => `Show all ${plural(count, { one: '# row', other: '# rows' })}`,
	more: 'Show older rows',
	burned: 'burned: row is gone',
	over: 'Its time is over. Fetch again to see what the server still holds.',
	burning: 'A burn message. Its words stand in the room only.',
	unreadable: 'Can’t be read on this device.',
	failed: 'The rows couldn’t be fetched. Check your connection and try again.',
	empty: 'No rows yet. Say something and watch.',
	introDirect:
		'Your messages go from browser to browser. What the server passes on is what the two need to find each other, and word of typing and receipt; it keeps none of it.',
	emptyDirect: 'The server holds no rows. Your messages never reached it.',
	emptyLive: 'The server holds no rows. It passed your messages on and kept nothing.',
	canTell: 'The server can tell',
	canTellItems: [
		'that a room exists, and when it ends',
		'how many rows it has, when each arrived, and which of them burn when',
		'how many people are connected, and from which addresses while they are'
	],
	canTellLive: [
		'that a room exists, and when it ends',
		'when something is passed on in it',
		'how many people are connected, and from which addresses while they are'
	],
	canTellDirect: [
		'that a room exists, and when it ends',
		'that two browsers are connecting, and from which addresses',
		'when one of them types, and when it says that it has received something',
		'nothing else of what goes from one to the other, unless it runs the relay: then when, and how much'
	],
	cantTell: 'The server can’t tell',
	cantTellItems: [
		'what anybody wrote, nor how long it is: all messages are of one size',
		'names, aliases, colours, the room’s name',
		'the password, or the key in your link'
	]
};
