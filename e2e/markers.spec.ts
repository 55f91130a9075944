import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures.ts';

/** Every form in which a text could stand in a file: plain, UTF-16, hex, base64 and base64url at each alignment. */
function forms(marker: string): Buffer[] {
	const plain = Buffer.from(marker, 'utf8');
	const utf16 = Buffer.from(marker, 'utf16le');
	const hex = plain.toString('hex');
	const base64 = [0, 1, 2].flatMap((shift) => {
		const whole = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
		// The first and last groups mix in neighbours, so only what is the marker's own is looked for.
		const own = whole.slice(Math.ceil((shift * 4) / 3), whole.length - 4);
		return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
	});
	return [plain, utf16, Buffer.from(utf16).swap16(), ...[hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text))];
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name));
}

/** Empty when the database took the file away since it was listed: it makes its caches anew as it goes. */
function readIfThere(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	}
}

/** How many of `markers` stand in any file below `folder`, in any form. */
function found(folder: string, markers: readonly string[]): string[] {
	const wanted = markers.map((marker) => ({ marker, forms: forms(marker) }));
	const hits = new Set<string>();
	for (const file of filesBelow(folder)) {
		const content = readIfThere(file);
		for (const { marker, forms } of wanted) if (forms.some((form) => content.includes(form))) hits.add(marker);
	}
	return [...hits];
}

/** Letters only, so that it is allowed everywhere; random, so that nothing else bears it. */
function marker(): string {
	return [...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

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
