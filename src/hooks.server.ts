/** Runs only while the pages are prerendered: of the fonts, the one that every page begins with is fetched early. */
import type { Handle } from '@sveltejs/kit';

const early = /\/atkinson-hyperlegible-next-latin-wght-normal\.[^/]+\.woff2$/;

export const handle: Handle = ({ event, resolve }) =>
	resolve(event, { preload: ({ type, path }) => type === 'js' || type === 'css' || (type === 'font' && early.test(path)) });
