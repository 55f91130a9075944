/**
 * `npm run bench:kept`: the installed app without a network, in a real Chromium whose profile lies on the disk: how soon it shows
 * its list of rooms and a room's newest messages, and how soon what was written meanwhile arrives. Needs a build.
 */
import { Person } from '../e2e/person.ts';
import type { Invitation } from '../e2e/person.ts';
import { makeProfile } from '../e2e/profile.ts';
import { createTestServer } from '../e2e/server.ts';
import { isKept } from '../e2e/shell.ts';
import { wholeThread } from '../e2e/thread.ts';
import { fillRoom } from '../e2e/writer.ts';
import { findChromium } from '../scripts/browser.mjs';
import { openDatabase } from '../server/db/client.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import { chromium } from 'playwright';
import { median } from './statistics.ts';

const rounds = 5;
const messages = 50;
const written = 1000;
const missed = 20;
/** By then a browser that was just started has done what it does by itself. */
const settledMs = 6000;
const roomNames = ['One', 'Two', 'Three'];

const say = (line: string) => process.stdout.write(`${line}\n`);
const rounded = (numbers: readonly number[]) => numbers.map((number) => number.toFixed(0)).join(', ');

async function comesInAndKeeps(person: Person, { link, password }: Invitation): Promise<void> {
	await person.opensTheLink(link);
	await person.page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
	await person.page.getByRole('switch', { name: /^Ask for the password each time/ }).uncheck();
	await person.answersTheGate(password, 'Paper Moon');
	await person.composer.waitFor();
}

type Start = { readonly list: number; readonly room: number };

/** From the start of the page, `afterMs` after its browser's own start: until its list stands, and until the room's newest line does. */
async function coldStart(afterMs: number): Promise<Start> {
	const ben = await profile.start();
	await ben.page.waitForTimeout(afterMs);
	await ben.context.addInitScript(
		([name, newest]) => {
			const marks = { list: 0, room: 0 };
			Reflect.set(globalThis, Symbol.for('sotto.bench.marks'), marks);
			new MutationObserver(() => {
				const row = [...document.querySelectorAll<HTMLElement>('.roomrow__link')].find((link) => link.textContent === name);
				if (row !== undefined && marks.list === 0) {
					marks.list = performance.now();
					row.click();
				}
				const lines = marks.room === 0 ? [...document.querySelectorAll('[role="log"] p')] : [];
				if (lines.some((line) => line.textContent === newest)) marks.room = performance.now();
			}).observe(document, { childList: true, subtree: true });
		},
		[roomNames[0] ?? '', `line ${messages}`] as const
	);
	await ben.page.goto(`${server.origin}/`);
	await ben.page.waitForFunction(() => Reflect.get(globalThis, Symbol.for('sotto.bench.marks')).room > 0);
	const marks = await ben.page.evaluate(() => Reflect.get(globalThis, Symbol.for('sotto.bench.marks')) as Start);
	await profile.stop();
	return marks;
}

/** Written without a network, in three rooms; in ms from the network's coming back until the last one is at the server. `last`: to the third. */
async function timeToArrive(last: Invitation): Promise<number> {
	const ben = await profile.start();
	const each = Math.ceil(written / roomNames.length);
	for (const name of roomNames) {
		await ben.page.goto(`${server.origin}/`);
		await ben.page.getByRole('link', { name, exact: true }).click();
		await ben.composer.waitFor();
		for (let n = 0; n < each; n++) await ben.says(`${name} ${n}`);
	}
	const [{ rows: before } = { rows: 0 }] = await countRows();
	const expected = each * roomNames.length;
	await server.start();
	const started = performance.now();
	await ben.page.evaluate(() => dispatchEvent(new Event('online')));
	for (let rows = 0; rows < before + expected;) [{ rows } = { rows: 0 }] = await countRows();
	const took = performance.now() - started;
	const perRoom = await database.sql<{ rows: number }[]>`select count(*)::int as rows from envelopes group by room order by rows`;
	await profile.stop();
	const found = perRoom.map(({ rows }) => rows).filter((rows) => rows >= each);
	if (found.join() !== [each, each, each + messages].join())
		throw new Error(`expected ${each} in each room, found ${found.join()}`);
	const other = await chromium.launch({ executablePath, args });
	const reader = await Person.at(other, server.origin);
	await reader.comesIn(last, 'Slow River');
	const read = await wholeThread(reader, each);
	await other.close();
	if (read.join() !== Array.from({ length: each }, (_, n) => `${roomNames.at(-1)} ${n}`).join())
		throw new Error('expected each message once and in its order');
	return took;
}

function countRows() {
	return database.sql<{ rows: number }[]>`select count(*)::int as rows from envelopes`;
}

/** In a room whose network was gone for a while: in ms from its coming back until what was missed stands there. */
async function timeToCatchUp(ada: Person, invitation: Invitation, round: number): Promise<number> {
	const cleo = await Person.at(browser, server.origin);
	await cleo.comesIn(invitation, 'Slow River');
	await cleo.context.setOffline(true);
	await cleo.page.getByText('You’re offline.').waitFor();
	for (let n = 1; n <= missed; n++) await ada.says(`missed ${round}.${n}`);
	await ada.sees(`missed ${round}.${missed}`);
	const started = performance.now();
	await cleo.context.setOffline(false);
	await cleo.sees(`missed ${round}.${missed}`);
	const took = performance.now() - started;
	await cleo.goes();
	return took;
}

const executablePath = await findChromium();
const args = ['--no-sandbox', '--disable-gpu'];
const server = await createTestServer({ LIMIT_CREATE_PER_MINUTE: '1000', LIMIT_PEEK_PER_MINUTE: '1000' });
await server.start();
const embedded = await startEmbedded({ dataDir: server.dataDir });
const database = openDatabase(embedded.url, { max: 2 });
const browser = await chromium.launch({ executablePath, args });
const profile = makeProfile({ executablePath, args });
try {
	const ada = await Person.at(browser, server.origin);
	const ben = await profile.start();
	let last: Invitation = { link: '', password: '' };
	for (const [index, name] of roomNames.entries()) {
		const invitation = await ada.opensARoom(name);
		if (index === 0) await fillRoom(database, server.origin, invitation, messages);
		await database.sql`update rooms set cap = null where id = (select max(id) from rooms)`;
		await comesInAndKeeps(ben, invitation);
		last = invitation;
		if (index === 0) await ben.sees(`line ${messages}`);
	}
	await isKept(ben.page);
	await profile.stop();
	const back: number[] = [];
	for (let round = 0; round < rounds; round++) back.push(await timeToCatchUp(ada, await ada.opensARoom('Four'), round));
	say(`${missed} messages missed in an open room, until they stand there: ${median(back).toFixed(0)} ms (${rounded(back)})`);
	// Nobody else's pages run beside the app that is started.
	await browser.close();
	await server.kill();
	for (const [afterMs, how] of [
		[0, 'with its browser'],
		[settledMs, 'in a browser that runs']
	] as const) {
		const starts: Start[] = [];
		for (let round = 0; round < rounds; round++) starts.push(await coldStart(afterMs));
		const [lists, rooms] = [starts.map(({ list }) => list), starts.map(({ room }) => room)];
		say(`without a network, ${how}, until the list of rooms stands: ${median(lists).toFixed(0)} ms (${rounded(lists)})`);
		say(`until a kept room's ${messages} newest messages stand: ${median(rooms).toFixed(0)} ms (${rounded(rooms)})`);
	}
	say(
		`${written} messages written meanwhile in ${roomNames.length} rooms, until the last has arrived: ${(await timeToArrive(last)).toFixed(0)} ms`
	);
} finally {
	await browser.close();
	await profile.remove();
	await database.close();
	await embedded.stop();
	await server.remove();
}
