/** English: the source of the catalogue's shape. Each section belongs to the screen of its name. */
import { burn } from './en/burn.ts';
import { common, errors, notFound, password, time } from './en/common.ts';
import { ended, left } from './en/endings.ts';
import { gate } from './en/gate.ts';
import { home } from './en/home.ts';
import { settings } from './en/settings.ts';

export const en = {
	lang: 'en',
	dir: 'ltr',
	common,
	time,
	password,
	home,
	gate,
	burn,
	ended,
	left,
	settings,
	errors,
	notFound
};
