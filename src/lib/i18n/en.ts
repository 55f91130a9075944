/** English: the source of the catalogue's shape. Each section belongs to the screen of its name; here are those that most pages need. */
import { common, errors, notFound, password, time } from './en/common.ts';
import { ended, erased, left } from './en/endings.ts';

export const en = {
	lang: 'en',
	dir: 'ltr',
	common,
	time,
	password,
	ended,
	left,
	erased,
	errors,
	notFound
};
