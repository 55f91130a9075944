import { plural } from './format.ts';

export const ended = {
	title: 'This room has ended.',
	purged: 'Somebody in it chose to purge it. The server destroys its messages and key, and this device has forgotten them.',
	gone: 'Everybody had left, or somebody purged it. Its messages and key are gone from the server, and this device has forgotten them too.',
	you: 'You purged it. Its messages and key are gone from the server, and this device has forgotten them too.',
	time: 'Its time was up. The server destroys its messages and key, and this device has forgotten them.',
	unsent: (count: number) =>
		`${plural(count, { one: '# message of yours was', other: '# messages of yours were' })} still waiting to be sent. ${count === 1 ? 'It is' : 'They are'} erased too.`
};

export const left = {
	title: 'You left the room.',
	text: 'Its key and its messages are forgotten here.'
};

/** Of the whole device. */
export const erased = {
	title: 'This device remembers nothing.',
	text: (plans: boolean) =>
		`The rooms in this browser, your aliases${plans ? ', the passes for rooms, a Pro code' : ''} and the settings are removed.`
};
