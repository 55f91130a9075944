import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import type { Invitation, Person } from './person.ts';
import { makeProfile } from './profile.ts';
import { found, marker } from './search.ts';
import { withServer } from './server.ts';
import { isKept } from './shell.ts';
import { wholeThread } from './thread.ts';

test.use({ shell: true });

const manifest = new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url);

async function comesInAndKeeps(person: Person, { link, password }: Invitation, nick: string): Promise<void> {
	await person.opensTheLink(link);
	await person.page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
	await person.page.getByRole('switch', { name: /^Ask for the password each time/ }).uncheck();
	await person.answersTheGate(password, nick);
	await expect(person.composer).toBeVisible();
}

/** The short form shows that it works, the long one how often. */
const isLong = process.env.LONG !== undefined;

const kills = isLong ? 20 : 2;

test(`a browser is killed (${kills} times) between writing and sending: what was shown as waiting is sent, once`, async ({
	meet,
	launchOptions
}) => {
	test.setTimeout(kills * 60_000);
	const profile = makeProfile(launchOptions);
	try {
		await withServer({}, async (server) => {
			const ada = await meet({ baseURL: server.origin });
			const invitation = await ada.opensARoom('Storm');
			let ben = await profile.start();
			await comesInAndKeeps(ben, invitation, 'Paper Moon');
			await isKept(ben.page);
			const shown: string[] = [];
			for (let round = 1; round <= kills; round++) {
				const text = `round ${round}`;
				await ben.context.setOffline(true);
				await expect(ben.page.getByText('You’re offline.')).toBeVisible();
				await ben.composer.fill(text);
				await ben.composer.press('Enter');
				// Every other time as soon as can be, so that it may never have been accepted.
				if (round % 2 === 1) await expect(ben.thread.getByText(text)).toBeVisible();
				if (await ben.thread.getByText(text).isVisible()) shown.push(text);
				await profile.kill();
				ben = await profile.start();
				await ben.page.goto(`${server.origin}/`);
				await ben.page.getByRole('link', { name: 'Storm' }).click();
				await expect(ben.composer).toBeVisible();
				if (shown.includes(text)) await ada.sees(text);
			}
			await ben.says('the end');
			await ada.sees('the end');
			const texts = await ada.thread.locator('.msg p').allTextContents();
			const got = texts.map((text) => text.trim());
			expect(new Set(got).size).toBe(got.length);
			expect(got.filter((text) => shown.includes(text))).toEqual(shown);
			expect(got.at(-1)).toBe('the end');
			await expect(ada.thread.getByText(/couldn.t be verified|don.t follow|didn.t reach/)).toHaveCount(0);
		});
	} finally {
		await profile.remove();
	}
});

test('after erasing this device nothing is left of it, in any store and in any file', async ({ meet, launchOptions, server }) => {
	const [password, roomName, nick, listName, half, unsent, ...said] = Array.from({ length: 10 }, marker) as [
		...[string, string, string, string, string, string],
		...string[]
	];
	const profile = makeProfile(launchOptions);
	try {
		const ada = await meet();
		await ada.page.goto('/');
		await ada.page.getByRole('button', { name: 'Use my own' }).click();
		await ada.page.getByLabel('Password', { exact: true }).fill(password);
		const invitation = await ada.opensARoomNamed(roomName);
		const code = new URL(invitation.link).hash.slice(1);
		const markers = [code, password, roomName, nick, listName, half, unsent, ...said];
		const ben = await profile.start();
		const { page } = ben;
		await page.goto(`${server.origin}/`);
		await page.getByLabel('Invite link').fill(invitation.link);
		await page.getByRole('button', { name: 'Join', exact: true }).click();
		await page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
		await page.getByRole('switch', { name: /^Ask for the password each time/ }).uncheck();
		await ben.answersTheGate(password, nick);
		for (const [index, text] of said.entries()) {
			const [sender, reader] = index % 2 === 0 ? [ada, ben] : [ben, ada];
			await sender.says(text);
			await reader.sees(text);
		}
		await isKept(page);
		await page.goto(`${server.origin}/`);
		await page.getByRole('button', { name: `Options for ${roomName}` }).click();
		await page.getByLabel('Name on this device').fill(listName);
		await page.getByRole('button', { name: 'Save the name' }).click();
		await page.getByRole('link', { name: listName }).click();
		await expect(ben.composer).toBeVisible();
		await ben.context.setOffline(true);
		await ben.says(unsent);
		await expect(page.getByText('1 message is waiting.')).toBeVisible();
		await ben.composer.fill(half);
		const other = await ben.context.newPage();
		await other.goto(`${server.origin}/`);
		await expect(other.getByRole('link', { name: listName })).toBeVisible();
		await page.bringToFront();

		await page.getByRole('link', { name: 'Back to your rooms' }).click();
		await page.getByRole('link', { name: 'Settings' }).first().click();
		await page.getByRole('button', { name: 'Erase this device' }).click();
		const hold = page.getByRole('button', { name: 'Hold to erase' });
		await hold.focus();
		await page.keyboard.down('Space');
		// Without a network no new page can begin to keep anything.
		await expect(page.getByRole('heading', { name: 'This device remembers nothing.' })).toBeVisible();
		await page.keyboard.up('Space');
		await expect(other.getByRole('heading', { name: 'This device remembers nothing.' })).toBeVisible();
		const left = await page.evaluate(async () => ({
			databases: (await indexedDB.databases()).length,
			caches: (await caches.keys()).length,
			local: Object.keys(localStorage),
			// The router's own: where pages were scrolled to.
			session: Object.keys(sessionStorage).filter((name) => !name.startsWith('sveltekit:'))
		}));
		expect(left).toEqual({ databases: 0, caches: 0, local: [], session: ['epr1.ended'] });
		// The worker, which keeps nothing else, goes when the browser has stopped looking for a newer one.
		const workers = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
		await expect.poll(workers).toBe(0);
		await profile.stop();
		expect(found(profile.folder, markers)).toEqual([]);
		// The browser's own history of addresses is there: it is the right folder, and was written.
		expect(found(profile.folder, ['localhost'])).toEqual(['localhost']);
	} finally {
		await profile.remove();
	}
});

test('every second acknowledgement is lost, and nothing is doubled in the table or on a screen', async ({ meet, database }) => {
	const [ada, ben] = [await meet(), await meet()];
	const sent = isLong ? 40 : 6;
	const invitation = await ada.opensARoom('Storm');
	const [room] = await database.sql<{ id: bigint }[]>`select max(id) as id from rooms`;
	let answers = 0;
	await ben.page.routeWebSocket('**/graphql', (socket) => {
		const swallowed = new Set<string>();
		const way = socket.connectToServer();
		way.onMessage((message) => {
			const frame = JSON.parse(String(message)) as { readonly id?: string; readonly type: string; readonly payload?: unknown };
			const isAnswer = frame.type === 'next' && String(message).includes('"postEnvelope"');
			if (isAnswer && ++answers % 2 === 0 && frame.id !== undefined) swallowed.add(frame.id);
			if (frame.id === undefined || !swallowed.has(frame.id)) socket.send(message);
		});
	});
	await comesInAndKeeps(ben, invitation, 'Paper Moon');
	const texts = Array.from({ length: sent }, (_, n) => `word ${n + 1}`);
	for (const text of texts) await ben.says(text);
	await ada.sees(`word ${sent}`);
	await expect(ben.page.getByText(/Sending…|Waiting for a connection/)).toHaveCount(0, { timeout: 60_000 });
	expect(answers).toBeGreaterThan(sent);
	for (const person of [ada, ben]) expect(await wholeThread(person, sent)).toEqual(texts);
	const stored = await database.sql`select count(*)::int as rows from envelopes where room = ${room?.id ?? 0n}`;
	expect(stored[0]).toEqual({ rows: sent });
});

test('the code that looks after kept rooms doesn’t come at first: nothing breaks, and it is fetched when the network is back', async ({
	meet
}) => {
	const [ada, ben] = [await meet(), await meet({ shell: false })];
	const invitation = await ada.opensARoom('Storm');
	const parts = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, { readonly file: string }>;
	const file = `**/${parts['src/lib/room/kept-watch.ts']?.file ?? ''}`;
	await ben.context.route(file, (route) => route.abort());
	const refused = ben.page.waitForEvent('requestfailed', (request) => request.url().endsWith(file.slice(2)));
	await comesInAndKeeps(ben, invitation, 'Paper Moon');
	await refused;
	await ben.context.unroute(file);
	const fetched = ben.page.waitForResponse(file);
	await ben.context.setOffline(true);
	await expect(ben.page.getByText('You’re offline.')).toBeVisible();
	await ben.context.setOffline(false);
	expect((await fetched).ok()).toBe(true);
	await ben.says('still here');
	await ada.sees('still here');
});

const [rounds, sends] = isLong ? [200, 667] : [6, 10];
/** Between two messages of one person, so that they go on as long as the rounds do. */
const paceMs = 1000;
const awayMs = { least: 200, most: 5000 };

test(`through ${rounds} rounds of offline and online three people send ${sends} messages each: none lost, none doubled, each in order`, async ({
	meet,
	database
}) => {
	test.setTimeout(3_600_000);
	const ada = await meet();
	const invitation = await ada.opensARoom('Storm');
	await database.sql`update rooms set cap = null where id = (select max(id) from rooms)`;
	const people = [await meet(), await meet(), await meet()];
	const names = ['Amber Fox', 'Paper Moon', 'Slow River'];
	for (const [index, person] of people.entries()) await comesInAndKeeps(person, invitation, names[index] ?? '');
	const writing = people.map(async (person, index) => {
		for (let n = 1; n <= sends; n++) {
			await person.says(`${index} ${n}`);
			await person.page.waitForTimeout(randomInt(0, paceMs));
		}
	});
	const leaving = people.map(async (person, index) => {
		for (let round = index; round < rounds; round += people.length) {
			for (const offline of [true, false]) {
				await person.context.setOffline(offline);
				await person.page.waitForTimeout(randomInt(awayMs.least, awayMs.most));
			}
		}
	});
	await Promise.all([...writing, ...leaving]);
	const last = sends * people.length;
	const threads: string[][] = [];
	for (const person of people) {
		await expect(person.page.getByText(/Sending…|Waiting for a connection/)).toHaveCount(0, { timeout: 120_000 });
		await person.thread.press('End');
		threads.push(await wholeThread(person, last));
	}
	for (const texts of threads) {
		expect(texts).toEqual(threads[0]);
		for (const index of people.keys())
			expect(texts.filter((text) => text.startsWith(`${index} `))).toEqual(
				Array.from({ length: sends }, (_, n) => `${index} ${n + 1}`)
			);
	}
});
