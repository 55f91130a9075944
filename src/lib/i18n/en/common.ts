import { splitDuration } from '../format.ts';
import { clock, clockSeconds, day, number, plural } from './format.ts';

const minuteMs = 60_000;
const daySeconds = 86_400;

/** "2 days 3 h", "23 h 10 min", "2 minutes", "40 seconds". */
function left(ms: number): string {
	const { days, hours, minutes, seconds } = splitDuration(ms);
	if (days > 0)
		return hours > 0
			? `${plural(days, { one: '# day', other: '# days' })} ${hours} h`
			: plural(days, { one: '# day', other: '# days' });
	if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : plural(hours, { one: '# hour', other: '# hours' });
	if (minutes > 0) return plural(minutes, { one: '# minute', other: '# minutes' });
	return plural(seconds, { one: '# second', other: '# seconds' });
}

/** At most three characters, for the inside of a ring: "30d", "23h", "2m", "40s". */
function ring(ms: number): string {
	const { days, hours, minutes, seconds } = splitDuration(ms);
	if (days > 0) return `${days}d`;
	if (hours > 0) return `${hours}h`;
	return ms >= minuteMs ? `${minutes}m` : `${seconds}s`;
}

/** "0:18", "23 h 10 min": never less than there is. */
function countdown(ms: number): string {
	const whole = Math.ceil(ms / 1000) * 1000;
	const { days, hours, minutes, seconds } = splitDuration(whole);
	return days > 0 || hours > 0 ? left(whole) : `${minutes}:${String(seconds).padStart(2, '0')}`;
}

export const time = {
	clock,
	clockSeconds,
	day,
	number,
	left,
	ring,
	countdown,
	/** A lifetime that a plan offers, in seconds; up to a day in hours. */
	lifetime: (seconds: number) => (seconds === daySeconds ? plural(24, { one: '# hour', other: '# hours' }) : left(seconds * 1000))
};

export const common = {
	name: 'Sotto',
	tagline: 'Rooms that keep quiet.',
	title: (page: string) => `${page} · Sotto`,
	brandHome: 'Sotto, home',
	skip: 'Skip to the main part',
	mainNav: 'Main',
	howItWorks: 'How it works',
	whatServerSees: 'What the server sees',
	settings: 'Settings',
	pro: 'Pro',
	close: 'Close',
	cancel: 'Cancel',
	copy: 'Copy',
	copied: 'Copied.',
	copyFailed: 'The browser didn’t allow copying. Select the text and copy it yourself.',
	openNew: 'Open a new room',
	unnamed: 'A room without a name',
	seePro: 'See Pro',
	goHome: 'Go home',
	tryAgain: 'Try again',
	tryNow: 'Try now',
	/** All that a notification ever says. */
	news: 'Something new in a room.',
	updateReady: 'A new version of Sotto is ready.',
	/** In a Live or Direct room. */
	updateAfter: 'A new version is ready. Reload after this room, or your screen is cleared.',
	reload: 'Reload'
};

export const password = {
	show: 'Show password',
	hide: 'Hide password'
};

export const errors = {
	notKept: 'You are in, but the room couldn’t be kept: this device has no space left for it.',
	oldBrowser: {
		title: 'This browser can’t keep secrets.',
		text: 'It lacks the encryption Sotto needs. Update it, or open the link in another browser.',
		copy: 'Copy the link'
	},
	insecure: {
		title: 'This page didn’t arrive safely.',
		text: 'The browser only allows encryption on a page that came over https. Ask whoever runs this server, or check the address.'
	},
	unexpected: {
		title: 'Something went wrong on our side.',
		text: 'Nothing left this device that shouldn’t have. Try again, or begin anew from home.'
	}
};

export const notFound = {
	title: 'There’s no page here.',
	text: 'The address leads nowhere. If somebody sent you a link to a room, paste it whole on the home page.'
};
