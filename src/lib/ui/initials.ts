/** Two capitals for a seat: the first letters of the first two words. */
export function initials(nick: string): string {
	const words = nick.trim().split(/[\s-]+/u);
	return words
		.slice(0, 2)
		.map((word) => [...word][0] ?? '')
		.join('')
		.toLocaleUpperCase();
}
