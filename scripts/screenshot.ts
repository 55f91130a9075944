/**
 * `npm run screenshot`: makes docs/room.png, the picture of the README, and those that the manifest shows to whoever installs the
 * app, from the running app. Needs a build.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { Person } from '../e2e/person.ts';
import { createTestServer } from '../e2e/server.ts';
import { findChromium } from './browser.mjs';

const at = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const talk: readonly (readonly ['ada' | 'ben' | 'cleo', string])[] = [
	['ben', 'Venue said yes. Thursday, back room, from 19:00.'],
	['ada', 'Brilliant. Nobody tells Nadia, she thinks it’s a budget meeting.'],
	['cleo', 'Round tables, or one long one?'],
	['ben', 'Long one. She hates being cornered.'],
	['ada', 'One long table. I’ll bring the candles.']
];

const server = await createTestServer();
await server.start();
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
try {
	const people = {
		ada: await Person.at(browser, server.origin, { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' }),
		ben: await Person.at(browser, server.origin, {
			...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, reducedMotion: 'reduce' }
		}),
		cleo: await Person.at(browser, server.origin)
	};
	const invitation = await people.ada.opensARoom('Nadia’s farewell');
	await people.ben.comesIn(invitation, 'Amber Fox');
	await people.cleo.comesIn(invitation, 'Paper Moon');
	for (const [who, text] of talk) {
		await people[who].says(text);
		await people.ada.sees(text);
	}
	await people.ada.opensTheMenu('Room details');
	await people.ben.composer.pressSequentially('And a speech. Short!', { delay: 250 });
	await people.ada.page.getByText('Amber Fox is writing').waitFor();
	await people.ada.page.screenshot({ path: at('docs/room.png') });
	await people.ada.page.screenshot({ path: at('static/shot-wide.png') });
	await people.ben.composer.fill('');
	await people.ben.sees('One long table. I’ll bring the candles.');
	await people.ben.page.screenshot({ path: at('static/shot-narrow.png') });
} finally {
	await browser.close();
	await server.stop();
	await server.remove();
}
