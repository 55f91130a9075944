import { expect, test } from './fixtures.ts';
import { forms, found, marker } from './search.ts';

test('nothing that a person writes, names or types is in the database, its log or ours, in any form', async ({
	meet,
	server,
	database
}) => {
	const texts = Array.from({ length: 13 }, marker);
	const [roomName, nick, password, wrongPassword, typed] = [marker(), marker(), marker(), marker(), marker()];
	const ada = await meet();
	const ben = await meet();
	await ada.page.goto('/');
	await ada.page.getByRole('button', { name: 'Use my own' }).click();
	await ada.page.getByLabel('Password', { exact: true }).fill(password);
	const invitation = await ada.opensARoomNamed(roomName);
	expect(invitation.password).toBe(password);
	await ben.opensTheLink(invitation.link);
	await ben.answersTheGate(wrongPassword, nick);
	await expect(ben.page.getByText(/That password doesn.t open this room\./)).toBeVisible();
	await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeEnabled();
	await ben.answersTheGate(password, nick);
	await expect(ben.composer).toBeVisible();
	for (const [index, text] of texts.entries()) {
		const [sender, reader] = index % 2 === 0 ? [ada, ben] : [ben, ada];
		await sender.says(text);
		await reader.sees(text);
	}
	await ben.composer.pressSequentially(typed, { delay: 250 });
	await expect(ada.page.getByText(`${nick} is writing`)).toBeVisible();
	await ben.page.reload();
	await ben.answersTheGate(password);
	await ben.sees(texts.at(-1) ?? '');

	const code = invitation.link.split('#')[1] ?? '';
	const planted = [...texts, roomName, nick, password, wrongPassword, typed, code, code.slice(0, 40)];
	expect(planted).toHaveLength(20);

	// The control: the same search finds a text that was put there, in each of its forms.
	const controls = Array.from({ length: 8 }, marker);
	await database.sql`create table control (line text, bytes bytea)`;
	for (const [index, control] of controls.entries()) {
		const form = forms(control)[index] ?? Buffer.alloc(0);
		await database.sql`insert into control values (${form.includes(0) ? '' : form.toString('latin1')}, ${form})`;
	}
	await database.sql`checkpoint`;
	expect(found(server.dataDir, controls).sort()).toEqual([...controls].sort());
	await database.sql`drop table control`;

	expect(found(server.dataDir, planted)).toEqual([]);
});
