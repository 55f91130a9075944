import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { fillRoom } from './writer.ts';

test(
	'a room that fills up while somebody writes keeps what they wrote, says so, and never drops the focus',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
		const invitation = await ada.opensARoom('');
		await database.sql`update rooms set cap = 2 where id = (select max(id) from rooms)`;
		await ben.comesIn(invitation, 'Amber Fox');
		await cleo.comesIn(invitation, 'Slow River');
		const sentence = 'This room has reached its 2 messages. Everybody can still read it until it ends.';
		const benHears = await ben.listens();
		await ben.composer.fill('Half a thou');
		await cleo.composer.focus();
		await ada.says('One');
		await ada.says('Two');

		await test.step('with something written: it stays, can be read and copied, and the sentence is spoken', async () => {
			await expect(ben.page.getByText(sentence).first()).toBeVisible();
			await expect(ben.composer).toHaveValue('Half a thou');
			await expect(ben.composer).toBeFocused();
			await expect(ben.composer).not.toBeEditable();
			await expect.poll(benHears).toContain(sentence);
		});

		await test.step('with nothing written: the composer goes, and the focus is at the sentence', async () => {
			await expect(cleo.composer).toHaveCount(0);
			await expect(cleo.page.getByText(sentence).first()).toBeFocused();
		});
	}
);

async function widthOf(locator: Locator): Promise<number> {
	return (await locator.boundingBox())?.width ?? 0;
}

test('a word or an address without an end wraps in its bubble, on the narrowest phone too', async ({ meet }) => {
	const ada = await meet({ viewport: { width: 320, height: 568 } });
	await ada.opensARoom('');
	const long = ['W'.repeat(180), `https://example.org/${'x'.repeat(150)}?q=1`];
	for (const text of long) await ada.says(text);
	for (const text of long) {
		const bubble = ada.thread.locator('.msg').filter({ hasText: text });
		expect(await widthOf(bubble)).toBeLessThanOrEqual(0.88 * 320);
		expect(await bubble.evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0);
	}
	expect(await ada.thread.evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0);
});

test('with the details open beside a room its menu is under its own button', async ({ meet }) => {
	const ada = await meet({ viewport: { width: 1280, height: 800 } });
	await ada.opensARoom('');
	await ada.opensTheMenu('Room details');
	const details = await ada.page.getByRole('complementary', { name: 'Room details' }).boundingBox();
	const opener = ada.page.getByRole('button', { name: 'Room menu' });
	const button = await opener.boundingBox();
	await opener.click();
	const menu = await ada.page.getByRole('menu').boundingBox();
	if (details === null || button === null || menu === null) throw new Error('not on the screen');
	expect(menu.x + menu.width).toBeLessThanOrEqual(details.x);
	expect(Math.abs(menu.x + menu.width - (button.x + button.width))).toBeLessThan(8);
	expect(menu.y).toBeGreaterThanOrEqual(button.y + button.height);
});

test('a free room takes fifty messages: both are warned of the last five, and afterwards everybody can read on', async ({
	meet,
	server,
	database
}) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Fifty');
	const [made] = await database.sql<{ cap: number }[]>`select cap from rooms order by id desc limit 1`;
	expect(made?.cap).toBe(50);
	await fillRoom(database, server.origin, invitation, 44);
	await database.sql`update rooms set cap = ${made?.cap ?? 0} where id = (select max(id) from rooms)`;
	await ben.comesIn(invitation, 'Amber Fox');
	await ada.page.reload();
	await ada.answersTheGate(invitation.password);
	await expect(ada.composer).toBeVisible();
	const warning = '5 of 50 messages left in this room.';
	for (const { page } of [ada, ben]) await expect(page.getByText(warning)).toHaveCount(0);
	await ben.says('number 45');
	for (const { page } of [ada, ben]) await expect(page.getByText(warning)).toBeVisible();
	for (let n = 46; n <= 49; n++) await (n % 2 === 0 ? ada : ben).says(`number ${n}`);
	// With the last one the composer goes.
	await ada.composer.fill('number 50');
	await ada.composer.press('Enter');
	const sentence = 'This room has reached its 50 messages. Everybody can still read it until it ends.';
	for (const who of [ada, ben]) {
		await expect(who.page.getByText(sentence).first()).toBeVisible();
		await expect(who.composer).toHaveCount(0);
		await who.sees('number 50');
	}
	await expect(ada.page.getByRole('link', { name: 'See Pro' })).toBeVisible();
	await expect(ben.page.getByRole('link', { name: 'See Pro' })).toHaveCount(0);
	const cleo = await meet();
	await cleo.opensTheLink(invitation.link);
	await cleo.answersTheGate(invitation.password);
	await cleo.sees('number 50');
	await expect(cleo.page.getByText(sentence).first()).toBeVisible();
});
