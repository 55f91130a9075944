/**
 * `npm run bench:browser`: what the pages weigh and how long opening takes, in a real Chromium against the real server. Weights
 * are by gzip; workers are not counted. Needs a build.
 */
import { chromium } from 'playwright';
import { startEmbedded } from '../server/db/embedded.ts';
import { openDatabase } from '../server/db/client.ts';
import { Person } from '../e2e/person.ts';
import { createTestServer } from '../e2e/server.ts';
import { isKept } from '../e2e/shell.ts';
import { scriptBytes, settledBytes } from '../e2e/weight.ts';
import { fillRoom } from '../e2e/writer.ts';
import { findChromium } from '../scripts/browser.mjs';
import { paintedAt, watchPaint } from './painted.ts';
import { timeSecondStarts } from './start.ts';
import { median } from './statistics.ts';

const rounds = 5;
const messages = 50;

const say = (line: string) => process.stdout.write(`${line}\n`);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** From the arrival of the history's frame to the first frame that shows its newest line, in ms. */
async function timeToShow(person: Person): Promise<number> {
	const shown = await paintedAt(person.page, `line ${messages}`);
	return shown - (await person.page.evaluate<number>(() => Reflect.get(globalThis, Symbol.for('sotto.bench.arrived'))));
}

/** A profile that was never here, and in which everything moves. */
const newcomer = () => Person.at(browser, server.origin, { reducedMotion: 'no-preference' });

/** What somebody takes over the form, in ms. */
const formMs = 8000;
/** docs/PROTOCOL.md §16.4: of a server that has little to do. */
const idleBits = '5';
const bareMs = 2000;

/** A profile that was never here: 8 s over the form, then from the click until the room's share sheet stands, in ms. */
async function timeToOpen(): Promise<number> {
	const dora = await newcomer();
	await dora.page.goto('/');
	await dora.page.waitForTimeout(formMs / 4);
	await dora.page.getByLabel('Room name').pressSequentially('Thursday plans', { delay: formMs / 4 / 14 });
	await dora.page.waitForTimeout(formMs / 2);
	const started = performance.now();
	await dora.page.getByRole('button', { name: 'Open the room' }).click();
	await dora.page.getByRole('dialog', { name: 'Share this room' }).waitFor();
	const took = performance.now() - started;
	await dora.goes();
	return took;
}

/** A profile that was never here presses at once: from the click until tokens lie there, and the frames a second meanwhile. */
async function timeToTokens(): Promise<{ readonly ms: number; readonly framesPerSecond: number }> {
	const eve = await newcomer();
	await eve.page.goto('/', { waitUntil: 'networkidle' });
	const measured = await eve.page.evaluate(async () => {
		const form = document.querySelector('form.open-form');
		if (!(form instanceof HTMLFormElement)) throw new Error('the form is not there');
		const bar = () => document.querySelector('.open-form [role="progressbar"]')?.getAttribute('aria-label') ?? '';
		const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
		const started = performance.now();
		form.requestSubmit();
		while (!bar().includes('this month')) await frame();
		const shown = performance.now();
		let frames = 0;
		while (bar().includes('this month')) {
			await frame();
			frames++;
		}
		const ended = performance.now();
		return { ms: ended - started, framesPerSecond: (frames * 1000) / (ended - shown) };
	});
	await eve.goes();
	return measured;
}

/** What there is to be had here: frames a second of a page with one moving thing, beside a worker that fills a core. */
async function bareFrames(): Promise<number> {
	const context = await browser.newContext({ reducedMotion: 'no-preference' });
	const page = await context.newPage();
	await page.setContent('<progress max="1"></progress>');
	const framesPerSecond = await page.evaluate(async (countedMs) => {
		const worker = new Worker(URL.createObjectURL(new Blob(['for (;;);'])));
		const bar = document.querySelector('progress');
		const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
		const started = performance.now();
		let frames = 0;
		while (performance.now() - started < countedMs) {
			await frame();
			frames++;
			if (bar !== null) bar.value = (performance.now() - started) / countedMs;
		}
		worker.terminate();
		return (frames * 1000) / (performance.now() - started);
	}, bareMs);
	await context.close();
	return framesPerSecond;
}

const longRoom = 10_000;
const scrollMs = 4000;
/** A quick thumb's way between two frames, in pixels. */
const scrollStep = 60;

/** Somebody who has paged back to the beginning of a long room scrolls in its middle: frames a second, the longest wait for one in ms, and how many show no message. */
async function scrollFrames(): Promise<{ readonly framesPerSecond: number; readonly longestMs: number; readonly blank: number }> {
	const [fay, gil] = [await newcomer(), await newcomer()];
	const invitation = await fay.opensARoom('Long');
	await fillRoom(database, server.origin, invitation, longRoom);
	await gil.comesIn(invitation, 'Paper Moon');
	const older = gil.page.getByRole('button', { name: 'Show older messages' });
	while ((await gil.thread.getByText('This is where the room begins.').count()) === 0) {
		await gil.thread.press('Home');
		if (await older.isVisible()) await older.click();
	}
	const measured = await gil.thread.evaluate(
		async (log, { forMs, step }) => {
			const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
			const view = log.getBoundingClientRect();
			const isInView = ({ top, bottom }: DOMRect) => top < view.bottom && bottom > view.top;
			const showsOne = () => [...log.querySelectorAll('[data-seq]')].some((row) => isInView(row.getBoundingClientRect()));
			log.scrollTop = log.scrollHeight / 2;
			await frame();
			const started = await frame();
			let [frames, longestMs, last, blank] = [0, 0, started, 0];
			while (last - started < forMs) {
				log.scrollTop -= step;
				const now = await frame();
				[frames, longestMs, last] = [frames + 1, Math.max(longestMs, now - last), now];
				if (!showsOne()) blank++;
			}
			return { framesPerSecond: (frames * 1000) / (last - started), longestMs, blank };
		},
		{ forMs: scrollMs, step: scrollStep }
	);
	await fay.goes();
	await gil.goes();
	return measured;
}

const rounded = (numbers: readonly number[]) => numbers.map((number) => number.toFixed(0)).join(', ');

const starts = await timeSecondStarts(rounds);
say(`npm start for the second time, until the first page: ${median(starts).toFixed(0)} ms (${rounded(starts)})`);
const server = await createTestServer({
	LIMIT_WORK_BITS: idleBits,
	LIMIT_CREATE_PER_MINUTE: '1000',
	LIMIT_PEEK_PER_MINUTE: '1000'
});
await server.start();
const embedded = await startEmbedded({ dataDir: server.dataDir });
const database = openDatabase(embedded.url, { max: 2 });
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
try {
	const ada = await newcomer();
	await ada.page.goto('/', { waitUntil: 'networkidle' });
	const home = await scriptBytes(ada.page);
	say(`home, before a click: ${kilobytes(home)} of JavaScript`);
	// What is loaded behind every page once that stands is no part of either.
	await isKept(ada.page);
	const behind = await settledBytes(ada.page);
	say(`behind it, once nothing more comes: ${kilobytes(behind - home)}`);
	const invitation = await ada.opensARoomNamed('');
	say(`room, more than home: ${kilobytes((await settledBytes(ada.page)) - behind)}`);
	// Before any other room is opened: it fills the newest.
	await fillRoom(database, server.origin, invitation, messages);
	const opening: number[] = [];
	const tokens: Awaited<ReturnType<typeof timeToTokens>>[] = [];
	const bare: number[] = [];
	for (let round = 0; round < rounds; round++) {
		bare.push(await bareFrames());
		opening.push(await timeToOpen());
		tokens.push(await timeToTokens());
	}
	const [waits, frames] = [tokens.map(({ ms }) => ms), tokens.map(({ framesPerSecond }) => framesPerSecond)];
	say(`after 8 s over the form, from the click into the room: ${median(opening).toFixed(0)} ms (${rounded(opening)})`);
	say(`a month's tokens from nothing: ${median(waits).toFixed(0)} ms (${rounded(waits)})`);
	say(`frames a second meanwhile: ${median(frames).toFixed(0)} (${rounded(frames)})`);
	say(`frames a second of a bare page beside a busy worker: ${median(bare).toFixed(0)} (${rounded(bare)})`);
	say(`the one over the other: ${(median(frames) / median(bare)).toFixed(2)}`);
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const ben = await newcomer();
		await ben.page.addInitScript(watchPaint);
		// Notes when the frame that carries the history arrives, before the page's own listener sees it.
		await ben.page.addInitScript(() => {
			const Native = globalThis.WebSocket;
			globalThis.WebSocket = class extends Native {
				constructor(...given: ConstructorParameters<typeof WebSocket>) {
					super(...given);
					this.addEventListener('message', ({ data }) => {
						if (String(data).includes('"history"') || String(data).length > 40_000)
							Reflect.set(globalThis, Symbol.for('sotto.bench.arrived'), performance.timeOrigin + performance.now());
					});
				}
			};
		});
		await ben.opensTheLink(invitation.link);
		// A gate takes people longer than the browser takes for its copy of the app.
		await isKept(ben.page);
		const shown = timeToShow(ben);
		await ben.answersTheGate(invitation.password, 'Paper Moon');
		times.push(await shown);
		await ben.goes();
	}
	say(
		`${messages} messages, from arrival to drawn: ${median(times).toFixed(0)} ms (median of ${rounds}: ${times.map((time) => time.toFixed(0)).join(', ')})`
	);
	const scrolled = await scrollFrames();
	say(`${longRoom} messages, all loaded: ${scrolled.framesPerSecond.toFixed(0)} frames a second while they are scrolled through`);
	say(`the longest wait for one of them: ${scrolled.longestMs.toFixed(0)} ms; without any message: ${scrolled.blank}`);
} finally {
	await browser.close();
	await database.close();
	await embedded.stop();
	await server.remove();
}
