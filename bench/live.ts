/**
 * `npm run bench:live`: a Direct room, from the second person's gate until both are connected; and a Live room of sixteen. Two are pages in a real Chromium, fourteen run the same code without a browser, all
 * against the real server. What the key worker takes to seal a message for fifteen readers and to open one, by its own clock, and the
 * time from the key press in one page to the frame that shows the message in the other. Needs a build.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { chromium } from 'playwright';
import { Person } from '../e2e/person.ts';
import { createTestServer } from '../e2e/server.ts';
import { findChromium } from '../scripts/browser.mjs';
import type { Guest } from '../src/lib/room/testing.ts';
import { comeIn } from '../src/lib/room/testing.ts';
import { doorTo } from '../src/lib/room/testing-door.ts';
import { paintedAt, watchPaint } from './painted.ts';
import { median } from './statistics.ts';

const people = 16;
const messages = 100;
const rounds = 9;
/** Not counted. */
const warmUp = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

type Times = { readonly seal: readonly number[]; readonly open: readonly number[] };

/** In the key worker, before its own code: every reply says how long it took, in ms. */
function timeReplies(): void {
	const begun = new Map<number, number>();
	addEventListener('message', ({ data }) => begun.set(data.id, performance.now()));
	const tell = postMessage;
	globalThis.postMessage = (message: { readonly id?: number }) => {
		const at = begun.get(message.id ?? 0);
		begun.delete(message.id ?? 0);
		tell(at === undefined ? message : { ...message, took: performance.now() - at });
	};
}

/** Sorts what the key worker says by what it was asked for. */
function watchWorker(): void {
	const times = { seal: new Array<number>(), open: new Array<number>() };
	Reflect.set(globalThis, Symbol.for('sotto.bench.times'), times);
	const asked = new Map<number, { readonly count: number; readonly of: number[] }>();
	const Native = globalThis.Worker;
	globalThis.Worker = class extends Native {
		constructor(...given: ConstructorParameters<typeof Worker>) {
			super(...given);
			this.addEventListener('message', ({ data }) => {
				const call = asked.get(data.id);
				asked.delete(data.id);
				for (let n = 0; call !== undefined && n < call.count; n++) call.of.push(data.took / call.count);
			});
		}

		override postMessage(message: unknown, ...rest: never[]): void {
			const { id, name, args } = Object(message);
			if (name === 'seal' && args.body.type === 'text') asked.set(id, { count: 1, of: times.seal });
			if (name === 'open') asked.set(id, { count: args.envelopes.length, of: times.open });
			super.postMessage(message, ...rest);
		}
	};
}

async function watched(context: BrowserContext): Promise<void> {
	await context.addInitScript(watchWorker);
	await context.addInitScript(watchPaint);
	await context.route('**/workers/vault-*.js', async (route) => {
		const response = await route.fetch();
		const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers();
		await route.fulfill({ response, headers, body: `(${timeReplies.toString()})();\n${await response.text()}` });
	});
}

const timesOf = (page: Page) => page.evaluate<Times>(() => Reflect.get(globalThis, Symbol.for('sotto.bench.times')));

/** Unix ms of the key press that sends this text. */
async function sendAt(page: Page, text: string): Promise<number> {
	const box = page.getByRole('textbox', { name: 'Message' });
	await box.fill(text);
	const pressed = page.evaluate(
		() =>
			new Promise<number>((resolve) =>
				addEventListener('keydown', ({ timeStamp }) => resolve(performance.timeOrigin + timeStamp), { capture: true, once: true })
			)
	);
	await box.press('Enter');
	return pressed;
}

const summary = (name: string, numbers: readonly number[], unit = 'ms') => {
	const sorted = [...numbers].sort((a, b) => a - b);
	const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
	say(`${name}: ${median(numbers).toFixed(1)} ${unit} (median of ${numbers.length}; 95 of 100 within ${p95.toFixed(1)})`);
};

/** From the press at the gate to the line in both pages that says so, in ms. */
async function timeToConnect(meet: () => Promise<Person>): Promise<number> {
	const [ada, ben] = [await meet(), await meet()];
	await ada.page.goto('/');
	await ada.page.getByRole('radio', { name: /^Direct/ }).check();
	const { link } = await ada.opensARoomFromHere(async () => ({ link: await ada.readsTheLink(), password: '' }));
	await ben.opensTheLink(link);
	const come = ben.page.getByRole('button', { name: 'Come in' });
	await come.waitFor();
	const began = performance.now();
	await come.click();
	await Promise.all([ada, ben].map(({ thread }) => thread.getByText(/^Connected /).waitFor()));
	const took = performance.now() - began;
	for (const person of [ada, ben]) await person.goes();
	return took;
}

const server = await createTestServer({ LIMIT_CREATE_PER_MINUTE: '1000', LIMIT_PEEK_PER_MINUTE: '1000' });
await server.start();
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
const guests: Guest[] = [];
try {
	const meet = async () => {
		const person = await Person.at(browser, server.origin, { shell: false });
		await watched(person.context);
		return person;
	};
	const connected: number[] = [];
	for (let n = 0; n < rounds; n++) connected.push(await timeToConnect(meet));
	summary('Direct, from the second gate until both are connected', connected);
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensALiveRoom();
	await ben.comesIn(invitation, 'Person 1');
	const lodging = { code: invitation.link.split('#')[1] ?? '' };
	for (let n = 2; n < people; n++)
		guests.push(await comeIn({ door: (options) => doorTo(server.origin, options) }, lodging, `Person ${n}`));
	const began = performance.now();
	for (const guest of guests) await guest.until(({ readers }) => readers.length === people - 1);
	for (const { page } of [ada, ben]) {
		await page.getByRole('button', { name: 'Room menu' }).click();
		await page.getByRole('menuitem', { name: 'Room details' }).click();
		await page.waitForFunction(() => !document.body.textContent?.includes('can’t read you'), undefined, { polling: 100 });
	}
	say(`${people} people, each read by all others: ${((performance.now() - began) / 1000).toFixed(1)} s after the last came in`);
	const taken: number[] = [];
	for (let n = 0; n < warmUp + messages; n++) {
		const [from, to] = n % 2 === 0 ? [ada, ben] : [ben, ada];
		const shown = paintedAt(to.page, `message ${n}`);
		const sent = await sendAt(from.page, `message ${n}`);
		taken.push((await shown) - sent);
	}
	summary('from the key press to the frame that shows it', taken.slice(warmUp));
	const times = [await timesOf(ada.page), await timesOf(ben.page)];
	summary(
		'the key worker seals a message for fifteen',
		times.flatMap(({ seal }) => seal.slice(warmUp))
	);
	summary(
		'the key worker opens an envelope',
		times.flatMap(({ open }) => open.slice(warmUp))
	);
} finally {
	for (const guest of guests) guest.stay.stop();
	await browser.close();
	await server.remove();
}
