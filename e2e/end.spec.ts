import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';

test.use({ shell: true });

const asksForHome = (page: Page, answer: (asked: number) => Promise<'through' | 'error' | 'nothing'>): Promise<unknown> => {
	let asked = 0;
	return page.route('/', async (route) => {
		if (route.request().method() !== 'HEAD') return route.continue();
		const what = await answer(++asked);
		if (what === 'nothing') return route.abort();
		return what === 'error' ? route.fulfill({ status: 502, body: 'Bad gateway' }) : route.continue();
	});
};
const never = () => new Promise<never>(() => undefined);

function notice({ page }: Person, words: string) {
	return page.getByRole('heading', { name: words });
}

/** Loses its network for a moment, notices, and is back in the room. */
async function blinks({ context, page }: Person): Promise<void> {
	await context.setOffline(true);
	await expect(page.getByText('You’re offline.')).toBeVisible();
	await context.setOffline(false);
	await expect(page.getByText(/You’re offline\.|Reconnecting…/)).toHaveCount(0);
}

async function leavesFromTheMenu(person: Person): Promise<void> {
	await person.opensTheMenu('Leave on this device');
	await person.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
}

/** The page's idea of the time, off by so much. Its timers and its monotonic clock go as they do. */
function shiftClock(offsetMs: number): void {
	const real = Date.now.bind(Date);
	Date.now = () => real() + offsetMs;
}

/** Unix ms when the composer went, by a clock that `shiftClock` leaves alone. */
async function composerGone({ page }: Person): Promise<number> {
	const gone = await page.waitForFunction(
		() => document.querySelector('.composer') === null && performance.timeOrigin + performance.now(),
		null,
		{ polling: 'raf', timeout: 45_000 }
	);
	return Number(await gone.jsonValue());
}

test(
	'a room ends at its time for everybody, online or not, whatever their clocks say',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
		const everybody = [ada, ben, cleo];
		await ben.page.addInitScript(shiftClock, 12 * 3600_000);
		await cleo.page.addInitScript(shiftClock, -12 * 3600_000);
		const invitation = await ada.opensARoom('Short');
		await ben.comesIn(invitation, 'Amber Fox');
		await cleo.comesIn(invitation, 'Slow River');
		const said = ['first', 'second', 'third'];
		for (const [i, person] of everybody.entries()) {
			await person.says(said[i] ?? '');
			for (const other of everybody) await other.sees(said[i] ?? '');
		}
		// No plan has a life so short; whoever joins again from now on knows it as that.
		const [room] = await database.sql<{ ends: number }[]>`
		update rooms set expires_at = clock_timestamp() + interval '20 seconds' where id = (select max(id) from rooms)
		returning (extract(epoch from expires_at) * 1000)::float8 as ends`;
		const ends = room?.ends ?? 0;
		await Promise.all(everybody.map(blinks));
		for (const person of everybody) {
			expect(await person.thread.locator('.msg p').allTextContents()).toEqual(said);
			await expect(person.page.getByText(/^This room ends in \d+ seconds?\.$/).first()).toBeVisible();
		}
		await cleo.context.setOffline(true);
		await expect(cleo.page.getByText('You’re offline.')).toBeVisible();
		expect(Date.now()).toBeLessThan(ends - 1000);

		const late = await Promise.all(everybody.map(async (person) => (await composerGone(person)) - ends));
		for (const ms of late) expect(Math.abs(ms), String(late)).toBeLessThan(1000);
		for (const person of everybody) {
			await expect(notice(person, 'This room has ended.')).toBeVisible();
			await expect(person.page.getByText('Its time was up.')).toBeVisible();
			await expect(person.page.getByText('third')).toHaveCount(0);
			await expect(async () => {
				// Whose page can be loaded anew is on the way to another one.
				expect(await person.page.evaluate(() => Object.keys(sessionStorage).filter((key) => /link|me\./.test(key)))).toEqual([]);
			}).toPass();
		}
		const loaded = cleo.page.waitForEvent('load');
		await cleo.context.setOffline(false);
		await loaded;
		await expect(cleo.page.getByText('Its time was up.')).toBeVisible();
		expect(new URL(cleo.page.url()).pathname).toBe('/ended');
	}
);

test('a tab that was offline while its room was purged says so when it comes back', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');
	await ada.says('Meet at the pier.');
	await ben.sees('Meet at the pier.');
	await ben.context.setOffline(true);
	await expect(ben.page.getByText('You’re offline.')).toBeVisible();
	await ada.purges();
	await ben.context.setOffline(false);
	await ben.page.waitForURL('**/ended**');
	await expect(ben.page.getByText('Somebody in it chose to purge it.')).toBeVisible();
	await expect(ben.page.getByText('Meet at the pier.')).toHaveCount(0);
});

test('while the server is away, slow or broken the page says how the room ended, and goes on by itself', async ({ meet }) => {
	const ada = await meet();
	await ada.opensARoom('Thursday plans');
	const { promise: awake, resolve: wake } = Promise.withResolvers<'through'>();
	const { promise: asleep, resolve: sleep } = Promise.withResolvers<undefined>();
	await asksForHome(ada.page, async (asked) => {
		if (asked === 3) sleep(undefined);
		return asked === 1 ? 'error' : asked === 2 ? 'nothing' : awake;
	});
	await leavesFromTheMenu(ada);
	await asleep;
	await expect(notice(ada, 'You left the room.')).toBeVisible();
	await expect(ada.composer).toHaveCount(0);
	expect(new URL(ada.page.url()).pathname).toBe('/');
	wake('through');
	await expect(notice(ada, 'Rooms that keep quiet.')).toBeVisible();
	await expect(ada.page.getByText('You left the room.')).toBeVisible();
});

test('a room that one enters from the page of an ended one is not reached by that end', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');
	await asksForHome(ben.page, never);
	await leavesFromTheMenu(ben);
	await expect(notice(ben, 'You left the room.')).toBeVisible();
	await ben.page.getByRole('link', { name: /^Sotto/ }).click();
	await ben.page.getByLabel('Invite link').fill(invitation.link);
	await ben.page.getByRole('button', { name: 'Join', exact: true }).click();
	await ben.answersTheGate(invitation.password, 'Slow River');
	await expect(ben.composer).toBeVisible();
	await blinks(ben);
	await ben.says('Still here.');
	await ada.sees('Still here.');
	expect(new URL(ben.page.url()).pathname).toBe('/r');
});

test('a page that waits for the server after the end survives a reload', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	await ada.opensARoom('Thursday plans');
	await asksForHome(ada.page, never);
	await ada.purges();
	await expect(ada.page.getByText('You purged it.')).toBeVisible();
	await ada.page.reload();
	await expect(ada.page.getByText('You purged it.')).toBeVisible();
	await ada.page.goBack();
	await expect(notice(ada, 'Rooms that keep quiet.')).toBeVisible();
});

test('a device that is erased offline says so in every tab, and keeps nothing', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	await ada.opensARoom('Thursday plans');
	const settings = await ada.context.newPage();
	await settings.goto('/settings');
	await settings.getByRole('radio', { name: 'Dark' }).check();
	await settings.getByRole('button', { name: 'Erase this device' }).click();
	await ada.context.setOffline(true);
	await settings.getByRole('button', { name: /^Hold to erase/ }).focus();
	await settings.keyboard.down('Space');
	for (const page of [settings, ada.page]) {
		await expect(page.getByRole('heading', { name: 'This device remembers nothing.' })).toBeVisible();
		expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({});
		expect(await page.evaluate(() => ({ ...sessionStorage }))).not.toHaveProperty(['epr1.link']);
	}
	await settings.keyboard.up('Space');
	await ada.context.setOffline(false);
	for (const page of [settings, ada.page])
		await expect(page.getByRole('heading', { name: 'Rooms that keep quiet.' })).toBeVisible();
	expect(await settings.evaluate(() => ({ ...localStorage }))).toEqual({});
});
