import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { decodeLink, encodeLink } from '../src/lib/crypto/link.ts';
import { expect, test } from './fixtures.ts';
import { guessUntilLocked } from './guesser.ts';
import { Person } from './person.ts';
import { createTestServer } from './server.ts';

const comeIn = (page: Page) => page.getByRole('button', { name: 'Come in' });
const heading = (page: Page, name: string) => page.getByRole('heading', { name });

test(
	'a room whose password was guessed at too often takes nobody new, until somebody inside lets people in',
	{ tag: '@long' },
	async ({ meet, server }) => {
		const ada = await meet();
		const ben = await meet();
		const invitation = await ada.opensARoom('Thursday plans');
		await ben.opensTheLink(invitation.link);
		expect(await guessUntilLocked(server, invitation.link)).toBe(100);
		await ben.answersTheGate(invitation.password, 'Calm Wren');
		await expect(ben.page.getByText(/Somebody has tried too many passwords here/)).toBeVisible();
		await expect(ben.page.getByLabel('Your alias')).toHaveValue('Calm Wren');
		await expect(ben.page.getByLabel('Room password')).toHaveValue(invitation.password);
		await expect(comeIn(ben.page)).toBeFocused();

		await ada.says('Still among ourselves.');
		await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
		await ada.opensTheMenu('Room details');
		await ada.page.getByRole('button', { name: 'Let people in' }).click();
		await expect(ada.page.getByText('People can come in again.')).toBeVisible();
		await comeIn(ben.page).click();
		await ben.sees('Still among ourselves.');
	}
);

test('who asks too often is told how long to wait, and goes on when it is over', { tag: '@long' }, async ({ browser }) => {
	const server = await createTestServer({ LIMIT_PEEK_PER_MINUTE: '1', LIMIT_CREATE_PER_MINUTE: '1' });
	await server.start();
	const [ada, ben] = [await Person.at(browser, server.origin), await Person.at(browser, server.origin)];
	const invitation = await ada.opensARoom('Thursday plans');

	await test.step('on the home page, where what was typed stays', async () => {
		await ben.page.clock.install();
		await ben.page.goto('/');
		await ben.page.getByLabel('Room name').fill('The second');
		await ben.page.getByRole('button', { name: 'Open the room' }).click();
		await expect(ben.page.getByText(/^Too many rooms were opened from here just now\./)).toBeVisible();
		await expect(ben.page.getByLabel('Room name')).toHaveValue('The second');
	});

	await test.step('at the gate', async () => {
		await ben.opensTheLink(invitation.link);
		await expect(comeIn(ben.page)).toBeVisible();
		await ben.page.goto('/');
		await ben.opensTheLink(invitation.link);
		await expect(heading(ben.page, 'A moment, please.')).toBeVisible();
		await expect(ben.page.getByText(/^Too many tries from here\. You can go on in \d+ seconds\.$/)).toBeVisible();
		const again = ben.page.getByRole('button', { name: 'Try again' });
		await expect(again).toBeDisabled();
		await ben.page.clock.fastForward(60_000);
		await expect(ben.page.getByText('You can go on now.')).toBeVisible();
		await server.later(60_000);
		await again.click();
		await expect(comeIn(ben.page)).toBeVisible();
	});
	for (const person of [ada, ben]) {
		expect(person.violations).toEqual([]);
		await person.goes();
	}
	await server.remove();
});

test(
	'a damaged link and one of another version are told apart without asking the server, and one that can be mended is',
	{ tag: '@long' },
	async ({ meet }) => {
		const ada = await meet();
		const ben = await meet();
		const { link } = await ada.opensARoom('');
		const [before = '', code = ''] = link.split('#');
		let asked = 0;
		ben.page.on('request', (request) => {
			if (request.postData()?.includes('"Peek"') === true) asked++;
		});
		const other = code.slice(20, 21) === 'a' ? 'b' : 'a';
		await ben.opensTheLink(`${before}#${code.slice(0, 20)}${other}${code.slice(21)}`);
		await expect(heading(ben.page, 'This link is damaged.')).toBeFocused();
		await ben.page.getByRole('link', { name: 'Paste the whole link' }).click();
		await expect(ben.page.getByLabel('Invite link')).toBeVisible();

		const { byte0, secret } = decodeLink(code);
		await ben.opensTheLink(`${before}#${encodeLink({ byte0: byte0 + 0x10, secret })}`);
		await expect(heading(ben.page, 'This link needs a newer Sotto.')).toBeFocused();
		await ben.page.getByRole('button', { name: 'Reload' }).click();
		await expect(heading(ben.page, 'This link needs a newer Sotto.')).toBeVisible();
		expect(asked).toBe(0);

		for (const damaged of [code.toUpperCase(), `${code}.`, `${code.slice(0, 20)}%0D%0A${code.slice(20)}`]) {
			await ben.page.goto('/');
			await ben.opensTheLink(`${before}#${damaged}`);
			await expect(comeIn(ben.page), damaged).toBeVisible();
		}
		expect(asked).toBe(3);
	}
);

test(
	'an answer with another shard or tag than the room was opened with shows nothing and sends nothing',
	{ tag: '@long' },
	async ({ meet }) => {
		const ada = await meet();
		const ben = await meet();
		const invitation = await ada.opensARoom('Thursday plans');
		const wrong = { field: 'shard' };
		const sent = await swapInTheAnswer(ben.page, wrong);
		for (wrong.field of ['shard', 'shardTag']) {
			await ben.page.goto('/');
			await ben.opensTheLink(invitation.link);
			await ben.answersTheGate(invitation.password, 'Calm Wren');
			await expect(heading(ben.page, 'The server’s answer doesn’t fit this link.')).toBeVisible();
			await expect(ben.page.getByText('Thursday plans')).toHaveCount(0);
			await expect(ben.composer).toHaveCount(0);
		}
		expect(sent).toEqual(['JoinRoom', 'JoinRoom']);
		await expect(ada.thread.getByText('Calm Wren came in')).toHaveCount(0);
		wrong.field = 'nothing';
		await ben.comesIn(invitation, 'Calm Wren');
	}
);

/** Random bytes of the same size, as base64url. */
function otherThan(value: string): string {
	return randomBytes(Buffer.from(value, 'base64url').length).toString('base64url');
}

/** Stands between the page and its server. Returns the names of the operations that the page asks for, growing. */
async function swapInTheAnswer(page: Page, wrong: { readonly field: string }): Promise<string[]> {
	const sent: string[] = [];
	await page.routeWebSocket('**/graphql', (socket) => {
		const server = socket.connectToServer();
		socket.onMessage((frame) => {
			const { type, payload } = JSON.parse(String(frame));
			if (type === 'subscribe') sent.push(payload.operationName);
			server.send(frame);
		});
		server.onMessage((frame) => {
			const message = JSON.parse(String(frame));
			const answer = message.payload?.data?.joinRoom;
			const value = answer?.[wrong.field];
			if (typeof value === 'string') answer[wrong.field] = otherThan(value);
			socket.send(JSON.stringify(message));
		});
	});
	return sent;
}

test(
	'when the server goes away at the door, what was typed stays, and both waiting and trying now lead back',
	{ tag: '@long' },
	async ({ meet, server }) => {
		const [ada, ben, cleo, dora] = [await meet(), await meet(), await meet(), await meet()];
		const invitation = await ada.opensARoom('Thursday plans');
		const away = ({ page }: Person) => heading(page, 'We can’t reach our server.');
		const tryNow = ({ page }: Person) => page.getByRole('button', { name: 'Try now' });
		for (const { page } of [ben, cleo]) {
			await page.clock.install();
			await page.goto(invitation.link);
			await expect(comeIn(page)).toBeVisible();
		}
		await dora.page.goto('/');
		await dora.page.getByLabel('Room name').fill('Another room');
		// Its four words are there, for which a list is fetched.
		await expect(dora.page.getByRole('button', { name: 'Copy' })).toBeEnabled();

		await test.step('everybody is told in their own words', async () => {
			await server.kill();
			for (const person of [ben, cleo]) {
				await person.answersTheGate(invitation.password, 'Calm Wren');
				await expect(away(person)).toBeFocused();
				// From now on the pace of trying again is this test's.
				await person.page.clock.pauseAt(Date.now() + 60_000);
				await tryNow(person).click();
				await expect(away(person)).toBeFocused();
			}
			await dora.page.getByRole('button', { name: 'Open the room' }).click();
			await expect(dora.page.getByText(/^The room couldn.t be opened\. Check your connection/)).toBeVisible();
			await expect(dora.page.getByLabel('Room name')).toHaveValue('Another room');
		});

		await server.start();
		await test.step('waiting is enough', async () => {
			await ben.page.clock.runFor(20_000);
			await expect(comeIn(ben.page)).toBeVisible();
		});

		await test.step('and trying now waits for nothing', async () => {
			await tryNow(cleo).click();
			await expect(comeIn(cleo.page)).toBeVisible();
		});

		for (const { page } of [ben, cleo]) {
			await expect(page.getByLabel('Your alias')).toHaveValue('Calm Wren');
			await expect(page.getByLabel('Room password')).toHaveValue(invitation.password);
		}
		await ben.page.clock.resume();
		await comeIn(ben.page).click();
		await expect(ben.composer).toBeVisible();
		await dora.opensARoomFromHere();
	}
);
