/** Draws the PNG icons of static/ from static/icon.svg in Chromium: `node scripts/icons.ts`. Run it when the mark changes. */
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright';

const folder = new URL('../static/', import.meta.url);
const mark = await readFile(new URL('icon.svg', folder), 'utf8');
/** A maskable icon fills its square, and its drawing stays inside the middle 80 %. */
const filled = mark.replace('rx="9" ', '').replace('<g ', '<g transform="translate(4.5 4.5) scale(0.7)" ');

const icons = [
	{ name: 'icon-180.png', size: 180, svg: filled },
	{ name: 'icon-192.png', size: 192, svg: mark },
	{ name: 'icon-512.png', size: 512, svg: mark },
	{ name: 'icon-maskable-512.png', size: 512, svg: filled }
];

const executablePath = process.env.CHROMIUM_PATH;
const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { name, size, svg } of icons) {
	await page.setViewportSize({ width: size, height: size });
	await page.goto(`data:image/svg+xml,${encodeURIComponent(svg.replace('<svg ', `<svg width="${size}" height="${size}" `))}`);
	await page.screenshot({ path: new URL(name, folder).pathname, omitBackground: true });
}
await browser.close();
