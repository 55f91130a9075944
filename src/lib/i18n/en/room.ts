import { list, number, plural } from './format.ts';

const people = (count: number) => plural(count, { one: '# person', other: '# people' });
/** A key can be known before its name is. */
const called = (nick: string) => nick || 'somebody';

export const room = {
	page: 'Room',
	region: 'Room',
	rail: 'Your rooms',
	open: 'Open a room',
	back: 'Back to your rooms',
	share: 'Share this room',
	menuOpener: 'Room menu',
	notLoaded: 'That couldn’t be loaded. Check your connection, then reload the page.',
	kind: { stored: 'Stored', relayed: 'Live', direct: 'Direct' },
	sub: (kind: string, count: number) => `${kind} · ${people(count)}`,
	/** Follows the room's name for those who don't see the ring. */
	leftAndDetails: (time: string) => `, ${time} left. Room details`,
	left: (time: string) => `${time} left`,
	empty: {
		title: 'Nobody here yet.',
		text: 'Share the link first. Then send the password another way.',
		textOpen: 'Share the link with the people you want here.',
		button: 'Share the room'
	},
	thread: {
		label: 'Messages',
		older: 'Show older messages',
		fetching: 'Fetching…',
		begin: 'This is where the room begins.',
		liveBegin: 'Nothing is stored here. What was said before you came is gone, and a reload clears your screen.',
		olderLoaded: (count: number) => plural(count, { one: '# older message loaded.', other: '# older messages loaded.' }),
		latest: 'Latest',
		jumpNew: (count: number) => `${number(count)} new`,
		unread: (time: string) => `New since ${time}`,
		you: 'You',
		verified: 'Signature checked',
		verifiedSpoken: 'signature checked',
		namesake: 'Key',
		namesakeHint: (tag: string) =>
			`Somebody else here has this name or one that looks like it. This one’s key begins with ${tag}.`,
		clockOff: 'Their clock is off; this is when it arrived.',
		late: 'Arrived late',
		equivocal: 'Not the same for everybody'
	},
	state: {
		sending: 'Sending…',
		queued: 'Waiting for a connection',
		sent: 'Sent',
		/** Of those for whom it was sealed. */
		missedBy: (nicks: readonly string[]) => `. ${list(nicks)} may not have it.`,
		failed: 'Not sent.',
		failedSpoken: 'Not sent. Try again is available.',
		again: 'Try again',
		delete: 'Delete',
		reasonFull: 'The room has taken all its messages.',
		reasonOffline: 'No answer from the server.',
		reasonNobody: 'Nobody was here who could read it.',
		reasonStorage: 'This device has no room to keep it. Free some, then try again.'
	},
	note: {
		youCame: (time: string) => `You came in at ${time}`,
		came: (nick: string, time: string) => `${nick} came in at ${time}`,
		left: (nick: string, time: string) => `${nick} left at ${time}`,
		dropped: (time: string) => `The connection dropped at ${time}`,
		connected: (time: string) => `Connected again at ${time}`,
		wayDirect: (time: string) =>
			`Connected browser to browser at ${time}. Messages don’t pass through our server. Compare words, in the room menu, to be sure of each other.`,
		wayRelayed: (time: string) =>
			`Connected through a relay at ${time}. It passes on what it can’t read. Compare words, in the room menu, to be sure of each other.`,
		third:
			'Somebody else wanted to come in, and was refused: a Direct room is for two. Whoever it was has the link, or is one of you in another tab.',
		renamed: (before: string, nick: string) => `${before} is now called ${nick}`,
		newKey: (nick: string) =>
			`New key · ${nick} is using more than one key: perhaps another device, perhaps somebody else. Ask them something only they know.`,
		yourName: (nick: string) =>
			`Somebody else here is called ${nick}, or nearly so. The six letters beside a name tell one key from another.`,
		unverified: 'A message couldn’t be verified and isn’t shown.',
		cleared: 'Your screen is clear. The others still see theirs.',
		bringBack: 'Bring back',
		fork: (nick: string) => `Messages of ${called(nick)} don’t follow on from each other. Ask them something only they know.`,
		equivocation: (nick: string) => `${nick || 'Somebody'}’s device told two people different things.`,
		tokenKeys:
			'People here were given different keys for opening rooms. The server may be marking people, or somebody here wants you to think so. Compare on another way before you open the next room.',
		gone: (nick: string, count: number) =>
			`${plural(count, { one: '# message', other: '# messages' })} of ${called(nick)} ${count === 1 ? 'is' : 'are'} gone (burned, or withheld).`,
		hidden: (count: number) =>
			`${plural(count, { one: '# message wasn’t sealed for you', other: '# messages weren’t sealed for you' })}: you had just come in, somebody here doesn’t send to you, or the server withheld ${count === 1 ? 'it' : 'them'}.`,
		missing: (nick: string, count: number) =>
			`${plural(count, { one: '# message', other: '# messages' })} of ${called(nick)} didn’t reach this device.`
	},
	typing: (nicks: readonly string[]) => {
		if (nicks.length > 2) return 'Several people are writing';
		return nicks.length === 0 ? '' : `${list(nicks)} ${nicks.length === 1 ? 'is' : 'are'} writing`;
	},
	composer: {
		label: 'Message',
		placeholder: 'Write a message',
		placeholderOffline: 'Write now, send later',
		send: 'Send',
		left: (left: number, most: number) =>
			`${plural(left, { one: '# character', other: '# characters' })} left of ${number(most)}`,
		atLimit: 'That’s the longest a message can be.',
		tooLong: (over: number) => `${plural(over, { one: '# character', other: '# characters' })} too long. Shorten it, then send.`,
		full: (cap: number) =>
			`This room has reached its ${plural(cap, { one: '# message', other: '# messages' })}. Everybody can still read it until it ends.`,
		nearlyFull: (left: number, cap: number) =>
			`${number(left)} of ${plural(cap, { one: '# message', other: '# messages' })} left in this room.`
	},
	/** Of the others who are connected, how many can read what is written now. */
	readable: (readers: number, others: number) => {
		if (readers >= others) return '';
		return readers === 0 ? 'Nobody here can read you.' : `${number(readers)} of ${number(others)} others can read you.`;
	},
	banner: {
		offline: 'You’re offline.',
		show: 'Show',
		waiting: (count: number) => plural(count, { one: '# message is waiting.', other: '# messages are waiting.' }),
		reconnecting: 'Reconnecting…',
		connected: 'Connected.',
		connectedSent: (count: number) => `Connected. ${plural(count, { one: '# message', other: '# messages' })} sent.`
	},
	ending: (time: string) => `This room ends in ${time}.`,
	say: {
		message: (nick: string, text: string) => `${nick}: ${text}`,
		burn: (nick: string) => `${nick} sent a burn message.`,
		messages: (count: number) => plural(count, { one: '# new message.', other: '# new messages.' }),
		came: (nicks: readonly string[]) => `${list(nicks)} came in.`,
		left: (nicks: readonly string[]) => `${list(nicks)} left.`
	},
	menu: {
		label: 'Room menu',
		details: 'Room details',
		eye: 'Server’s eye view',
		notify: 'Notify me',
		notifyOff: 'Don’t notify me',
		compare: 'Compare words',
		clear: 'Clear my screen',
		leave: 'Leave on this device',
		purge: 'Purge for everybody'
	},
	details: {
		title: 'Room details',
		close: 'Close room details'
	},
	leave: {
		title: 'Leave on this device?',
		text: 'The room’s key is forgotten here. To come back you need the link and the password.',
		textOpen: 'The room’s key is forgotten here. To come back you need the link.',
		confirm: 'Leave',
		stay: 'Stay'
	},
	olderFailed: 'Older messages couldn’t be fetched. Try again.'
};
