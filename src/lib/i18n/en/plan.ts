import { home } from './home.ts';
import { scan } from './scan.ts';
import { date, dayOfYear, money, number, plural } from './format.ts';

type Price = { readonly amount: number; readonly currency: string };

export const plan = {
	page: 'Pro',
	date,
	title: 'Longer rooms, as many as you like.',
	lede: 'Pro lifts the limits. It does not ask for your name, and it does not make Free less private.',
	codeTitle: 'Your account is a code.',
	until: (day: string) => `Pro until ${date(day)}`,
	asking: 'Asking our server…',
	away: {
		title: 'We can’t reach our server.',
		text: 'What stands on this device is safe. Plans and prices come from the server.'
	},
	forgetful: {
		title: home.rooms.forgetful.title,
		text: 'A code stays here only until you close this page. Write it down before you pay or redeem a voucher. If there was one before, load the page anew first.'
	},
	noneTitle: 'Nothing to buy here.',
	none: 'There are no plans on this server: every room here has all that it can give.',
	month: {
		title: 'This month',
		rooms: 'Rooms opened, all kinds',
		of: (most: number) => ` of ${number(most)}`,
		noLimit: ', no limit',
		opened: number,
		meter: (used: number, most: number) => `${number(used)} of ${number(most)} rooms opened`,
		again: (time: number) => `Counts start again on ${dayOfYear(time)}. Joining rooms never counts.`,
		device: 'Counted on this device alone: no room leads back to whoever opened it.',
		pass: 'Your code is not attached to the rooms you open. The server only checks that you hold a valid pass.',
		here: (name: string) => (name === '' ? 'The room in this tab' : `In this tab: ${name}`),
		messages: (cap: number) => ` of ${plural(cap, { one: '# message', other: '# messages' })}`,
		messagesMeter: (used: number, cap: number) => `${number(used)} of ${number(cap)} messages in the room in this tab`
	},
	compare: {
		title: 'Free and Pro',
		what: 'What you get',
		free: 'Free',
		pro: 'Pro',
		rooms: 'Rooms you open',
		roomsMonth: (rooms: number) => `${number(rooms)} a month`,
		roomsHour: (rooms: number) => `No limit a month, ${number(rooms)} an hour`,
		noLimit: 'No limit',
		messages: 'Messages in a Stored room',
		ends: 'When a Stored room ends',
		endsAfter: (time: string) => `After ${time}`,
		endsFrom: (shortest: string, longest: string) => `${shortest} to ${longest}, as you choose`,
		people: 'People in a Stored room',
		upTo: (people: number) => `Up to ${number(people)}`,
		length: 'Characters in a message',
		encryption: 'Encryption',
		endToEnd: 'End to end',
		same: 'End to end, the same'
	},
	get: {
		title: 'Get Pro',
		price: money,
		stop: 'a month. Stop whenever you like.',
		vouchersOnly: 'This server takes vouchers. Make a code, or redeem a voucher: that makes one too.',
		voucherNext: 'This server takes vouchers. Redeem one, and Pro begins.',
		noPrice: 'The price couldn’t be read. Vouchers work.',
		make: 'Make an account code',
		making: 'Making your code',
		makeFailed: 'The code couldn’t be made here. Try again.',
		about: 'You get a 16-character code instead of an account. No email, no name.',
		payment: 'Payment runs at the payment company; it learns that you paid, never what you say.',
		have: 'I already have a code',
		haveIt: 'I have it',
		haveItHint: 'Copied, saved or written down where you’ll find it again.',
		first: 'Write the code down first, then tick “I have it”.',
		pay: 'Go to payment',
		opening: 'Opening the payment page',
		leaves: (name: string) =>
			`The payment page opens in this tab, in place of ${name === '' ? 'the room that is open here' : name}. The way back is in the browser.`,
		again: 'Go on with Pro',
		paused: (day: string) => `Nothing renews by itself: Pro ends after ${date(day)}. Paying goes on month by month.`,
		back: 'Nothing was paid. You can go to the payment page again whenever you like.'
	},
	arrival: {
		arriving: 'You’re back. Waiting for the payment company to tell our server: this takes a few seconds.',
		late: 'Our server hasn’t heard of the payment yet. If you paid, it comes within some minutes, and Pro begins by itself: your code is what was paid for.',
		look: 'Look again',
		noCode: 'You’re back from the payment page, but this browser has forgotten your code. Type it here, and Pro is yours.',
		enter: 'Type my code',
		done: (day: string) => `Paid: Pro until ${date(day)}.`
	},
	code: {
		title: 'Account code',
		hidden: 'Hidden',
		copy: 'Copy',
		copied: 'Copied. Paste it where only you can read it.',
		save: 'Save as a file',
		saved: 'Saved where this browser keeps downloads.',
		file: 'sotto-pro-code.txt',
		fileText: (code: string, host: string) =>
			`Sotto Pro account code for ${host}\n\n${code}\n\nWhoever has this code has Pro. It can’t be looked up or reset.\n`,
		show: 'Show',
		hide: 'Hide',
		showCode: 'Show the code',
		hideCode: 'Hide the code',
		writeDown: 'Write this down.',
		writeDownText: 'It is the only proof that Pro is yours. We can’t look it up or reset it.',
		other: 'Use on another device',
		otherText: (address: string) =>
			`On the other device open ${address}, choose “I already have a code”, and scan this or type it.`,
		otherCare: 'Whoever sees it can use Pro too.',
		qr: 'QR code of your account code',
		forget: 'Forget on this device',
		forgetTitle: 'Forget the code on this device?',
		forgetText:
			'This device goes back to Free until the code is typed here again. What is paid stays with the code. If it stands nowhere else, it is lost: we can’t look it up.',
		forgetRooms: 'Rooms that are open keep their end time.',
		keep: 'Keep the code',
		forgetIt: 'Forget the code',
		forgotten: 'This device has forgotten the code.',
		forgetFailed: 'The code couldn’t be removed. Clear this site’s data in the browser’s settings.',
		unpaid: 'Nothing is paid under this code now.',
		again: 'Ask again'
	},
	enter: {
		title: 'I already have a code',
		label: 'Account code',
		placeholder: 'XXXX-XXXX-XXXX-XXXX',
		hint: 'Small letters, spaces and missing dashes don’t matter. O counts as 0, I and L as 1.',
		good: 'Complete: ',
		short: (size: number) => `A code has 16 characters. There ${size === 1 ? 'is 1' : `are ${size}`} so far.`,
		long: (size: number) => `A code has 16 characters. There are ${size} here.`,
		typo: 'A character is wrong. Check the letters and digits.',
		empty: 'Type the code first.',
		replaces: 'It takes the place of the code that this device has now.',
		submit: 'Use this code',
		busy: 'Asking',
		scan: 'Scan it from the other device',
		keep: 'Keep it here all the same',
		keepHint: 'For a code that you want to pay for, or whose time is over.',
		done: 'This device has Pro now.',
		kept: 'The code is kept on this device.'
	},
	scan: {
		...scan,
		paste: 'Type the code instead',
		refused: 'The camera is blocked for this site. You can choose a picture or type the code.',
		noCamera: 'No camera was found. You can choose a picture or type the code.',
		foreign: 'That isn’t an account code.',
		failed: 'The scanner couldn’t be loaded. Check your connection, or type the code.'
	},
	voucher: {
		title: 'Redeem a voucher',
		label: 'Voucher code',
		submit: 'Redeem',
		busy: 'Redeeming',
		hint: 'Bought with cash or given by a friend. It never knows who you are.',
		typo: 'No such voucher. Check the letters.',
		empty: 'Type the voucher’s code first.',
		done: (day: string) => `Done: Pro until ${date(day)}.`,
		made: 'An account code was made for it. Write it down: it stands at the top of this page.',
		lost: 'The answer didn’t arrive, so the voucher may be redeemed already. Press Redeem again: it counts only once.'
	},
	subscription: {
		title: 'Subscription',
		plan: 'Plan',
		monthly: 'Pro, monthly',
		paidUntil: 'Paid until',
		renews: 'Renews by itself',
		monthlyPrice: (price: Price) => `${money(price)} a month`,
		yes: 'Every month',
		cancel: 'Cancel Pro',
		cancelHint: (day: string) => `After cancelling, Pro stays until ${date(day)}. Rooms that are open then keep their end time.`,
		cancelTitle: 'Cancel Pro?',
		cancelText: (day: string) => `Pro stays until ${date(day)}. Rooms that are open then keep their end time.`,
		cancelFailedHint:
			'Cancelling ends the subscription today, and the card isn’t tried again. Rooms that are open then keep their end time.',
		cancelFailedText:
			'The subscription ends today, and Pro with it, but for days from vouchers. The card isn’t tried again. Rooms that are open then keep their end time.',
		keep: 'Keep Pro',
		cancelled: (day: string) => `Cancelled. Pro stays until ${date(day)}.`,
		resume: 'Start again',
		resumed: 'Pro goes on.',
		failed: (day: string) => `The last payment didn’t go through. Pro stays until ${date(day)} while we try again.`,
		change: 'Change payment'
	},
	problems: {
		'no-pro': 'No Pro under this code. Check the letters and digits.',
		'voucher-used': 'This voucher has been used, or it is from another server.',
		'too-fast': 'Too many tries from here. Wait a minute, then try again.',
		busy: 'The server has a lot to do. Try again in a moment.',
		'server-away': 'We can’t reach our server. What you typed stays here: try again.',
		address: 'The server named a payment page that isn’t safe to open. Nothing was opened. Tell whoever runs this server.',
		unexpected: 'Something went wrong on our side. What you typed stays here: try again.'
	},
	settings: {
		held: 'Your Pro account code is stored here. Write it down first: without it Pro is lost.'
	}
};
