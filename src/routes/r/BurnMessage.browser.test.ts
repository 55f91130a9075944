import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { MessageItem } from '$lib/room/view';
import BurnMessage from './BurnMessage.svelte';
import ServerPair from './ServerPair.svelte';

const person = { fp: 'f', tag: 'T', nick: 'Ada', colour: 0, namesake: false };
const marks = { clockOff: false, late: false, equivocal: false, fresh: false };
const burn = { seconds: 60, at: 60_000, differs: false, gone: false } as const;
const message: MessageItem = {
	...{ kind: 'message', id: 'a', seq: 1, person, own: false, time: 0, text: 'words', state: 'received', burn },
	...marks
};

test('the name of a covered message stays the same while its time runs', async () => {
	const covered = { message, burn, last: true, covered: true, onopen: () => undefined, arrive: () => undefined };
	const screen = await render(BurnMessage, { ...covered, now: 42_000 });
	const button = screen.getByRole('button', { name: 'Open burn message', exact: true });
	await expect.element(button).toHaveTextContent('Open burn messageGone in 0:18');
	await screen.rerender({ now: 43_000 });
	await expect.element(button).toHaveTextContent('Open burn messageGone in 0:17');
});

test('a row is called burned only when the server has said so', async () => {
	const row = { seq: 4, arrivedAt: 1000, size: 1364, burnAt: 61_000 };
	const screen = await render(ServerPair, { row });
	await expect.element(screen.getByText('Its time is over. Fetch again to see what the server still holds.')).toBeVisible();
	await screen.rerender({ row: { seq: 4, arrivedAt: 1000, size: 0 } });
	await expect.element(screen.getByText('burned: row is gone')).toBeVisible();
});
