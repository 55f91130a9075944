/** English: the source of the catalogue's shape. Each section belongs to the screen of its name. */
import { burn } from './en/burn.ts';
import { common, errors, notFound, password, time } from './en/common.ts';
import { ended, purge } from './en/endings.ts';
import { gate } from './en/gate.ts';
import { home } from './en/home.ts';
import { room } from './en/room.ts';
import { serverEye } from './en/server-eye.ts';
import { settings } from './en/settings.ts';
import { share } from './en/share.ts';

export const en = {
	lang: 'en',
	dir: 'ltr',
	common,
	time,
	password,
	home,
	gate,
	room,
	burn,
	share,
	purge,
	ended,
	serverEye,
	settings,
	errors,
	notFound
};
