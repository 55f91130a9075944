/** Keeping a room on this device: from its gate, and from inside it. */
export const keep = {
	label: 'Keep this room on this device',
	hint: 'It opens and reads without a connection. What is kept is encrypted; whoever copies this whole browser may copy its key too. A private window forgets it when it closes.',
	hintIos:
		'It opens and reads without a connection. What is kept is encrypted. Safari clears it after seven days without a visit, unless Sotto is on your Home Screen, and a private window when it closes.',
	cant: 'This browser keeps nothing for this site, because the window is private or the browser is old: the room is here until you close the page.',
	shared: 'Settings say that this is a shared computer: the room is here until you close or reload the page.',
	asks: 'Ask for the password each time',
	asksHint: 'Nothing kept here opens without it.',
	asksOffHint: 'Whoever can use this browser can open the room.',
	title: 'Keep this room on this device?',
	confirm: 'Keep it',
	unsent: 'Some of your messages aren’t sent yet. Keep the room when they are.',
	failed: 'It couldn’t be kept: this device has no space left for it, or the browser keeps nothing for this site.'
};
