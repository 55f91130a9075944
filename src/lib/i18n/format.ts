/** Numbers, plurals, lists and times in a language's own way, through Intl. A catalogue makes one for its locale. */

export type PluralForms = { readonly one: string; readonly other: string } & Partial<
	Readonly<Record<'zero' | 'two' | 'few' | 'many', string>>
>;

export type Duration = { readonly days: number; readonly hours: number; readonly minutes: number; readonly seconds: number };

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Whole parts of a time in milliseconds; a negative one is none. */
export function splitDuration(ms: number): Duration {
	const left = Math.max(0, ms);
	return {
		days: Math.floor(left / dayMs),
		hours: Math.floor((left % dayMs) / hourMs),
		minutes: Math.floor((left % hourMs) / minuteMs),
		seconds: Math.floor((left % minuteMs) / secondMs)
	};
}

export type Formats = ReturnType<typeof createFormats>;

/** @param timeZone an IANA name; absent: the device's */
export function createFormats(locale: string, timeZone?: string) {
	const zone = timeZone === undefined ? {} : { timeZone };
	const numbers = new Intl.NumberFormat(locale);
	const plurals = new Intl.PluralRules(locale);
	const all = new Intl.ListFormat(locale, { type: 'conjunction' });
	const clocks = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
	const exact = new Intl.DateTimeFormat(locale, {
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
		hourCycle: 'h23',
		...zone
	});
	const days = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...zone });
	// A plan counts by days and months of UTC: in any other zone they would be a day off.
	const dates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
	const firsts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' });
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

	return {
		number: (value: number): string => numbers.format(value),
		/** Takes the form of the language for this count; `#` in it becomes the number. */
		plural: (count: number, forms: PluralForms): string =>
			(forms[plurals.select(count)] ?? forms.other).replace('#', numbers.format(count)),
		/** "a, b and c". */
		list: (items: readonly string[]): string => all.format(items),
		/** 14:09, from unix ms. */
		clock: (time: number): string => clocks.format(time),
		/** 14:09:40, from unix ms. */
		clockSeconds: (time: number): string => exact.format(time),
		/** "21 March 2026", from 2026-03-21. */
		date: (day: string): string => dates.format(new Date(`${day}T00:00:00Z`)),
		/** "1 March", from unix ms, in UTC. */
		dayOfYear: (time: number): string => firsts.format(time),
		/** "€4", "€4.50", from the smallest unit of an ISO 4217 currency. */
		money: ({ amount, currency }: { readonly amount: number; readonly currency: string }): string => {
			const sums = new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' });
			return sums.format(amount / 10 ** (sums.resolvedOptions().maximumFractionDigits ?? 2));
		},
		/** "Today", "Yesterday", or "Friday, 20 November". Both in unix ms. */
		day: (time: number, now: number): string => {
			if (days.format(time) === days.format(now)) return capital(relative.format(0, 'day'));
			if (days.format(time) === days.format(now - dayMs)) return capital(relative.format(-1, 'day'));
			return days.format(time);
		}
	};

	function capital(word: string): string {
		return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
	}
}
