import { breakConnection, keepConnections } from './connections.ts';
import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';

const connected = /^Connected browser to browser at/;

async function sixWords(person: Person): Promise<readonly string[]> {
	await person.opensTheMenu('Compare words');
	const words = person.page.getByRole('list', { name: 'Six words' }).getByRole('listitem');
	await expect(words).toHaveCount(6);
	const six = await words.allTextContents();
	await person.page.getByRole('button', { name: 'They match' }).click();
	return six;
}

test('a Direct room: two people, browser to browser; a reload, another network, a third person, and its end', async ({
	meet,
	database
}) => {
	const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
	await ada.page.addInitScript(keepConnections);
	await ada.page.goto('/');
	await ada.page.getByRole('radio', { name: /^Direct/ }).check();
	await expect(ada.page.getByText(/no relay: the other person can see your IP address/)).toBeVisible();
	await expect(ada.page.getByText('People, at most')).toHaveCount(0);
	const invitation = await ada.opensARoomFromHere(async () => ({ link: await ada.readsTheLink(), password: '' }));
	await expect(ada.page.getByText('Waiting for the other person. Keep this page open.')).toBeVisible();

	await test.step('they find each other, and talk past the server', async () => {
		await ben.opensTheLink(invitation.link);
		await expect(ben.page.getByText('Direct room')).toBeVisible();
		await expect(ben.page.getByText(/no relay: the other person can see your IP address/)).toBeVisible();
		await ben.answersTheGate('', 'Paper Moon');
		for (const person of [ada, ben]) await expect(person.thread.getByText(connected)).toBeVisible();
		await ada.says('Nobody between');
		await ben.sees('Nobody between');
		await ben.says('Nobody indeed');
		await ada.sees('Nobody indeed');
		await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
		await ada.opensTheMenu(/Server.s eye view/);
		await expect(ada.page.getByText('The server holds no rows. Your messages never reached it.')).toBeVisible();
		await ada.page.getByRole('button', { name: 'Back to the room' }).click();
	});

	await test.step('both have the same six words', async () => {
		expect(await sixWords(ada)).toEqual(await sixWords(ben));
	});

	await test.step('a third person finds the room full, and both are told', async () => {
		await cleo.opensTheLink(invitation.link);
		await cleo.answersTheGate('', 'Slow River');
		await expect(cleo.page.getByRole('heading', { name: 'This room is full.' })).toBeVisible();
		await expect(cleo.page.getByText(/^A Direct room is for two, and two are inside\./)).toBeVisible();
		for (const { thread } of [ada, ben]) await expect(thread.getByText(/^Somebody else wanted to come in/)).toHaveCount(1);
	});

	await test.step('after a reload of either side they are connected again', async () => {
		for (const [who, other] of [
			[ben, ada],
			[ada, ben]
		] as const) {
			await who.page.reload();
			await expect(who.thread.getByText(connected)).toBeVisible({ timeout: 20_000 });
			await expect(who.page.getByText('Nobody between')).toHaveCount(0);
			await who.says(`back again, ${who === ada ? 'Ada' : 'Ben'}`);
			await other.sees(`back again, ${who === ada ? 'Ada' : 'Ben'}`);
		}
	});

	await test.step('a way that breaks is made anew', async () => {
		const ways = ada.thread.getByText(connected);
		const before = await ways.count();
		await breakConnection(ada.page);
		await expect(ways).toHaveCount(before + 1);
		await ben.says('by another way');
		await ada.sees('by another way');
	});

	await test.step('without the server they talk on, and another network changes nothing', async () => {
		await ben.context.setOffline(true);
		await expect(ben.page.getByText(/You.re offline/)).toBeVisible();
		// What Playwright cuts off is all but the way between the two.
		await ben.says('past the server');
		await ada.sees('past the server');
		await ben.context.setOffline(false);
		await expect(ben.page.getByText(/You.re offline/)).toHaveCount(0);
		await ben.says('another network');
		await ada.sees('another network');
	});

	await test.step('when its time is up it is over, for both', async () => {
		await expect(ada.page.getByRole('button', { name: /1[345] minutes left/ })).toBeVisible();
		await database.sql`update rooms set expires_at = clock_timestamp() where id = (select max(id) from rooms)`;
		for (const { page } of [ada, ben]) {
			await page.waitForURL('**/ended**');
			await expect(page.getByText('another network')).toHaveCount(0);
		}
	});
});
