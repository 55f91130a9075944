export const direct = {
	waiting: 'Waiting for the other person. Keep this page open.',
	connecting: 'Connecting browser to browser…',
	failed: 'The two browsers couldn’t reach each other. Try again, or open a Live room instead.',
	exposed:
		'The server spoke of a relay and gives none: the other person would see your IP address. Connect directly if that is all right, or open a Live room instead.',
	again: 'Try again',
	live: 'Open a Live room',
	open: 'Connect directly',
	openHint: 'The other person sees your IP address. Without this, all goes through a relay, which can’t read it.',
	noRelay: 'This server has no relay, so that the other person can see your IP address.',
	way: 'Connection',
	wayDirect: 'Browser to browser',
	wayRelayed: 'Through a relay',
	wayNone: 'Not connected',
	compare: {
		title: 'Compare words',
		text: 'Read these six words to each other, on the phone or side by side. If they differ, somebody is in between.',
		words: 'Six words',
		alone: 'There is nobody to compare with yet.',
		match: 'They match',
		differ: 'They don’t match',
		differs: 'Then somebody may be in between. Say nothing here that matters, and purge the room.',
		purge: 'Purge for everybody'
	}
};
