/** Theme and text size, as the page's root shows them. static/theme.js does the same before the first paint. */

type Appearance = { readonly theme: 'device' | 'light' | 'dark'; readonly largerText: boolean };

const canvas = { light: '#f1efeb', dark: '#181614' };

export function showAppearance(page: Document, { theme, largerText }: Appearance): void {
	const root = page.documentElement;
	root.classList.toggle('text-large', largerText);
	if (theme === 'device') delete root.dataset.theme;
	else root.dataset.theme = theme;
	for (const meta of page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
		const own = meta.media.includes('dark') ? 'dark' : 'light';
		meta.content = canvas[theme === 'device' ? own : theme];
	}
}
