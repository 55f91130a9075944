import { plural } from './format.ts';

export const purge = {
	title: 'Purge this room for everybody?',
	text: (messages: number, people: number) =>
		`${messages === 1 ? 'The one message is' : messages === 2 ? 'Both messages are' : `All ${plural(messages, { one: '# message', other: '# messages' })} are`} erased from the server and from every open screen. ${
			people === 1
				? 'You are'
				: people === 2
					? 'Both of you are'
					: `All ${plural(people, { one: '# person', other: '# people' })} are`
		} shown out. The link stops working. This can’t be undone.`,
	textLive: (people: number) =>
		`${
			people === 1
				? 'You are'
				: people === 2
					? 'Both of you are'
					: `All ${plural(people, { one: '# person', other: '# people' })} are`
		} shown out and every open screen is cleared. The link stops working. This can’t be undone.`,
	textEmpty: 'Everybody is shown out and the link stops working. This can’t be undone.',
	anybody: 'Anybody in the room can do this.',
	hold: 'Hold to purge',
	holdHint: 'Keep holding for about two seconds. Let go to stop. With a keyboard, hold Space.',
	keep: 'Keep the room',
	offline: 'You’re offline. The room can only be purged when you’re connected.',
	clearHere: 'Clear it on this device now',
	busy: 'Purging…',
	failed: 'The server didn’t answer, so the room may still be there. Try again.'
};
