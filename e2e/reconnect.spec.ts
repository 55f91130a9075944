import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';
import { wholeThread } from './thread.ts';

test.use({ shell: true });

const each = process.env.LONG === undefined ? 10 : 200;

test(`the server is killed in the middle of ${each} sends from each side: nothing lost, nothing doubled, one order`, async ({
	meet,
	server,
	database
}) => {
	test.setTimeout(300_000);
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('Storm');
	// A room of the Pro plan, which can't be bought yet; whoever comes in from now on knows it as that.
	const [room] = await database.sql<
		{ id: bigint }[]
	>`update rooms set cap = null where id = (select max(id) from rooms) returning id`;
	await ada.page.reload();
	await ada.answersTheGate(invitation.password);
	await ben.comesIn(invitation, 'Paper Moon');
	const sendAll = async (person: Person, name: string) => {
		for (let n = 1; n <= each; n++) await person.says(`${name} ${n}`);
	};
	const sending = Promise.all([sendAll(ada, 'ada'), sendAll(ben, 'ben')]);
	await expect(ada.thread.getByText(`ben ${0.8 * each}`, { exact: true })).toBeVisible({ timeout: 90_000 });
	await server.kill();
	await server.start();
	await sending;
	const stored = async () => {
		const rows =
			await database.sql`select count(*)::int as n, max(seq)::int as top from envelopes where room = ${room?.id ?? 0n}`;
		return { ...rows[0] };
	};
	await expect.poll(stored, { timeout: 90_000 }).toEqual({ n: 2 * each, top: 2 * each });
	for (const person of [ada, ben]) {
		await person.thread.press('End');
		await expect(person.thread.locator(`[data-seq="${2 * each}"]`)).toBeVisible();
		await expect(person.page.getByText(/Sending…|Waiting for a connection/)).toHaveCount(0);
	}
	const [a, b] = [await wholeThread(ada, 2 * each), await wholeThread(ben, 2 * each)];
	expect(a).toEqual(b);
	for (const name of ['ada', 'ben']) {
		expect(a.filter((text) => text.startsWith(`${name} `))).toEqual(Array.from({ length: each }, (_, n) => `${name} ${n + 1}`));
	}
});

test('without a network the app says so, keeps what is written, and sends it when the network is back', async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('');
	await ben.comesIn(invitation, 'Paper Moon');
	await ben.context.setOffline(true);
	await expect(ben.page.getByText(/You.re offline/)).toBeVisible();
	await ben.says('From the tunnel');
	await expect(ben.thread.getByText('Waiting for a connection')).toBeVisible();
	await ada.says('Meanwhile above');
	await ben.context.setOffline(false);
	await ada.sees('From the tunnel');
	await ben.sees('Meanwhile above');
	await expect(ben.thread.getByText('From the tunnel')).toHaveCount(1);
	await expect(ben.page.getByText(/You.re offline/)).toHaveCount(0);
});
