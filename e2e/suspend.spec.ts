import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';
import { openTab } from './tab.ts';
import { layWire } from './wire.ts';

test.use({ shell: true });

/** What the server has taken of the thread, in the order in which it stands there. */
function storedIn({ thread }: Person): Promise<string[]> {
	return thread.locator('[data-seq]').evaluateAll((rows) => {
		const stored = rows.filter((row) => Number(row.getAttribute('data-seq')) > 0);
		return stored.map((row) => row.querySelector('p')?.textContent.trim() ?? '');
	});
}

test(
	'a tab that was suspended shows what it missed once and in order, and what it had waiting is sent once',
	{ tag: '@long' },
	async ({ meet, launchOptions }) => {
		const wire = await layWire();
		const ada = await meet();
		const tab = await openTab({ ...launchOptions, proxy: wire.proxy });
		const ben = tab.person;
		const invitation = await ada.opensARoom('');
		await ben.comesIn(invitation, 'Paper Moon');
		const said: string[] = [];
		const adaSays = async (...texts: string[]) => {
			for (const text of texts) await ada.says(text);
			said.push(...texts);
			await expect.poll(() => storedIn(ada)).toEqual(said);
		};
		const bothShowIt = async () => {
			await expect.poll(() => storedIn(ben)).toEqual(said);
			await expect.poll(() => storedIn(ada)).toEqual(said);
		};

		await test.step('while its connection stood', async () => {
			await tab.suspend();
			await adaSays('One.', 'Two.', 'Three.');
			expect(await tab.bodyText()).not.toContain('One.');
			await tab.wake();
			await bothShowIt();
		});

		await test.step('while its connection broke, with a message that had not reached the server', async () => {
			wire.swallow('questions');
			await ben.says('From the lift');
			await expect(ben.thread.getByText('Sending…')).toBeVisible();
			await tab.suspend();
			wire.break();
			await adaSays('Four.', 'Five.', 'Six.');
			await tab.wake();
			said.push('From the lift');
			await bothShowIt();
		});

		await test.step('while its connection broke, with a message whose answer had not come back', async () => {
			wire.swallow('answers');
			await ben.says('From the cellar');
			await ada.sees('From the cellar');
			said.push('From the cellar');
			await expect(ben.thread.getByText('Sending…')).toBeVisible();
			await tab.suspend();
			wire.break();
			await adaSays('Seven.', 'Eight.', 'Nine.');
			await tab.wake();
			await bothShowIt();
		});

		await adaSays('The last word.');
		await bothShowIt();
		expect(ben.violations).toEqual([]);
		await tab.close();
		await wire.close();
	}
);
