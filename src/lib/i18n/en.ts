/** English: the source of the catalogue's shape. Each section belongs to the screen of its name. */
import { common, errors, notFound, password, time } from './en/common';
import { ended, purge } from './en/endings';
import { gate } from './en/gate';
import { home } from './en/home';
import { how } from './en/how';
import { room } from './en/room';
import { serverEye } from './en/server-eye';
import { settings } from './en/settings';
import { share } from './en/share';

export const en = {
	lang: 'en',
	dir: 'ltr',
	common,
	time,
	password,
	home,
	gate,
	room,
	share,
	purge,
	ended,
	serverEye,
	settings,
	how,
	errors,
	notFound
};
