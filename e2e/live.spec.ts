import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';
import { makeProfile } from './profile.ts';
import { found, marker } from './search.ts';

const entryLine = /^Nothing is stored here\. What was said before you came is gone/;

async function opensDetails(person: Person): Promise<void> {
	await person.opensTheMenu('Room details');
	await expect(person.page.getByRole('heading', { name: 'Room details' })).toBeVisible();
}

test('a Live room: one click and no password, nothing for who comes later, nothing after a reload', async ({ meet, server }) => {
	const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
	const invitation = await ada.opensALiveRoom('Quick word');
	await expect(ada.page.getByText(entryLine)).toBeVisible();

	await test.step('written to nobody, a message stays with its writer', async () => {
		await ada.says('Anybody?');
		await expect(ada.thread.getByText('Nobody was here who could read it.')).toBeVisible();
		await ada.page.getByRole('button', { name: 'Delete' }).click();
	});

	await test.step('the gate asks for a name and for nothing else', async () => {
		await ben.opensTheLink(invitation.link);
		await expect(ben.page.getByText('Live room')).toBeVisible();
		await expect(ben.page.getByLabel('Room password')).toHaveCount(0);
		await expect(ben.page.getByText('Keep this room on this device')).toHaveCount(0);
		await ben.answersTheGate('', 'Paper Moon');
		await expect(ben.page.getByText(entryLine)).toBeVisible();
		await expect(ada.thread.getByText('Paper Moon came in')).toBeVisible();
	});

	await test.step('both talk', async () => {
		await ada.says('One long table.');
		await ben.sees('One long table.');
		await ben.says('I’ll bring the candles.');
		await ada.sees('I’ll bring the candles.');
		await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
	});

	await test.step('who comes later sees nothing earlier, and everybody sees who can read them', async () => {
		await cleo.comesIn(invitation, 'Slow River');
		await opensDetails(ada);
		await expect(ada.page.getByRole('button', { name: 'Stop sending to Slow River' })).toBeVisible();
		await expect(ada.page.getByText('can’t read you')).toHaveCount(0);
		await ada.says('For all three');
		await cleo.sees('For all three');
		await ben.sees('For all three');
		await expect(cleo.thread.getByText('One long table.')).toHaveCount(0);
	});

	await test.step('who is no longer sent to reads nothing of it', async () => {
		await ada.page.getByRole('button', { name: 'Stop sending to Slow River' }).click();
		await expect(ada.page.getByText(/^Slow River can.t read what you write from now on, and may notice\./)).toBeVisible();
		await expect(ada.page.locator('.dockline')).toHaveText('1 of 2 others can read you.');
		await ada.says('Without the river');
		await ben.sees('Without the river');
		await ada.page.getByRole('button', { name: 'Send to Slow River again' }).click();
		await ada.says('With the river');
		await cleo.sees('With the river');
		await expect(cleo.thread.getByText('Without the river')).toHaveCount(0);
		await expect(cleo.thread.getByText(/^1 message wasn.t sealed for you/)).toBeVisible();
	});

	await test.step('a reload empties the screen and asks for nothing', async () => {
		await ben.page.reload();
		await expect(ben.composer).toBeVisible();
		await expect(ben.page.getByText('For all three')).toHaveCount(0);
		await ben.says('Back again');
		await ada.sees('Back again');
		await expect(ada.thread.getByText('Paper Moon left')).toHaveCount(0);
	});

	await test.step('a minute later the server has nothing to show', async () => {
		await server.later(61_000);
		await ada.opensTheMenu(/Server.s eye view/);
		await expect(async () => {
			await ada.page.getByRole('button', { name: 'Fetch again' }).click();
			await expect(ada.page.getByText('The server holds no rows.')).toBeVisible({ timeout: 500 });
		}).toPass();
		await ada.page.getByRole('button', { name: 'Back to the room' }).click();
	});

	await test.step('a cleared screen does not come back', async () => {
		await ada.opensTheMenu('Clear my screen');
		await expect(ada.thread.getByText('Your screen is clear.')).toBeVisible();
		await expect(ada.page.getByRole('button', { name: 'Bring back' })).toHaveCount(0);
	});

	await test.step('a purge shows everybody out, and the Back button leads nowhere', async () => {
		// The page of an ended room is loaded anew by itself.
		const loaded = [ada, cleo].map(({ page }) => page.waitForEvent('load'));
		await ben.purges();
		await Promise.all(loaded);
		for (const person of [ada, cleo]) {
			await expect(person.page).toHaveURL(/ended/);
			await person.page.goBack();
			await expect(person.composer).toHaveCount(0);
			await expect(person.page.getByText('For all three')).toHaveCount(0);
		}
	});
});

test('a Live room’s own time, its people and its password', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	await ada.page.goto('/');
	await ada.page.getByRole('radio', { name: /^Live/ }).check();
	await expect(ada.page.getByRole('radio', { name: '1 hour' })).toBeChecked();
	await ada.page.getByRole('radio', { name: 'Another time' }).check();
	await ada.page.getByLabel('How long?').fill('4');
	await ada.page.getByRole('button', { name: 'Open the room' }).click();
	await expect(ada.page.getByText('From 5 minutes to 24 hours.')).toBeVisible();
	await ada.page.getByLabel('How long?').fill('5');
	await ada.page.getByRole('switch', { name: /^Ask for a password/ }).check();
	const invitation = await ada.opensARoomFromHere();
	await expect(ada.page.getByRole('button', { name: /[45] minutes left/ })).toBeVisible();
	await ben.opensTheLink(invitation.link);
	await ben.answersTheGate('not-the-right-words', 'Paper Moon');
	await expect(ben.page.getByText(/That password doesn.t open this room\./)).toBeVisible();
	await ben.answersTheGate(invitation.password);
	await expect(ada.page.getByRole('button', { name: /2 people/ })).toBeVisible();
	await ada.says('In time');
	await ben.sees('In time');
});

test(
	'of a Live room nothing is left in the browser once its tab is closed, and Back shows nothing once one has left',
	{ tag: '@long' },
	async ({ meet, server, launchOptions }) => {
		const [roomName, nick, mine, theirs] = Array.from({ length: 4 }, marker) as [string, string, string, string];
		const profile = makeProfile(launchOptions);
		try {
			const ada = await meet();
			const invitation = await ada.opensALiveRoom(roomName);
			const ben = await profile.start();
			await ben.comesIn(invitation, nick);
			await ben.says(mine);
			await ada.sees(mine);
			await ada.says(theirs);
			await ben.sees(theirs);
			await ben.page.close();
			await profile.stop();
			expect(found(profile.folder, [roomName, nick, mine, theirs])).toEqual([]);
			// What the browser itself notes is found where it looks.
			expect(found(profile.folder, [new URL(server.origin).host])).toHaveLength(1);

			await ada.leaves();
			await ada.page.goBack();
			await expect(ada.page.getByRole('heading', { level: 1 })).toBeVisible();
			await expect(ada.composer).toHaveCount(0);
			for (const text of [roomName, mine, theirs]) await expect(ada.page.getByText(text)).toHaveCount(0);
		} finally {
			await profile.remove();
		}
	}
);
