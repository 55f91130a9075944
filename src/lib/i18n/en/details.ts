import { number, plural } from './format.ts';

/** Room details. */
export const details = {
	people: 'People',
	justYou: 'Just you.',
	you: 'you',
	opened: 'opened it',
	away: 'away',
	unnamed: (count: number) =>
		plural(count, { one: '# more person is connected, not yet named.', other: '# more people are connected, not yet named.' }),
	silent: (count: number) =>
		plural(count, {
			one: '# more is connected without saying hello. They can’t read you.',
			other: '# more are connected without saying hello. They can’t read you.'
		}),
	cantRead: 'can’t read you',
	stopSending: (nick: string) => `Stop sending to ${nick}`,
	sendAgain: (nick: string) => `Send to ${nick} again`,
	stopped: (nick: string) => `${nick} can’t read what you write from now on, and may notice. You still read them.`,
	sendsAgain: (nick: string) => `${nick} can read what you write again.`,
	facts: 'This room',
	keep: 'Keep this room on this device',
	kept: 'Kept on this device',
	shared: 'Not kept: Settings say that this is a shared computer. A reload asks for the link again.',
	kind: 'Kind',
	ends: 'Ends',
	endsIn: (time: string) => `in ${time}`,
	messages: 'Messages',
	messagesOf: (used: number, cap: number) => `${number(used)} of ${number(cap)}`,
	messagesUnlimited: (used: number) => number(used),
	letIn: 'Let people in',
	letInHint: 'Somebody is shut out after too many wrong passwords?',
	letInDone: 'People can come in again.',
	letInFailed: 'That didn’t reach the server. Try again.'
};
