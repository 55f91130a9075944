import type { BurnSeconds } from '#protocol/burn';

const choices: Readonly<Record<BurnSeconds, string>> = { 10: '10 s', 60: '1 min', 300: '5 min', 3600: '1 h', 86_400: '24 h' };
const off = 'Off';
const after = (seconds: BurnSeconds) => `Gone ${choices[seconds]} after sending`;
const caution = 'It disappears here and from the server. Somebody could still take a photo of the screen.';
const choice = (seconds: BurnSeconds | null) => (seconds === null ? off : choices[seconds]);

export const burn = {
	title: 'Self-destruct',
	choice,
	/** The button's name says what is set. */
	button: (seconds: BurnSeconds | null) => `Self-destruct: ${choice(seconds)}`,
	after,
	/** What is set, in a whole sentence; the first time with what burning can't do. */
	sentence: (seconds: BurnSeconds, cautious: boolean) => (cautious ? `${after(seconds)}. ${caution}` : `${after(seconds)}.`),
	turnOff: 'Turn off self-destruct',
	open: 'Open burn message',
	goneIn: (time: string) => `Gone in ${time}`,
	goneInSpoken: (time: string) => `Gone in ${time}.`,
	gone: 'A message burned and is gone.',
	goneSpoken: 'The message is gone.',
	differs: 'The server was told another time than the sender signed. The shorter one counts.'
};
