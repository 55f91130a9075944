/** Safari on iOS alone tells so: `true` in the app on the home screen, `false` in a tab, `null` in every other browser. */
export function isOnHomeScreen(): boolean | null {
	const held: unknown = Reflect.get(navigator, 'standalone');
	return typeof held === 'boolean' ? held : null;
}
