import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { DirectView, RoomView } from '$lib/room/view';
import './room.css';
import DirectWay from './DirectWay.svelte';

async function show(is: DirectView['is']) {
	const [connectAgain, connectOpenly] = [vi.fn(), vi.fn()];
	const direct: DirectView = { is, hasRelay: null, open: false };
	const room = { connectAgain, connectOpenly } as unknown as RoomView; // All that it asks of a room.
	const screen = await render(DirectWay, { room, direct });
	const live = screen.getByRole('link', { name: 'Open a Live room' });
	return { screen, connectAgain, connectOpenly, live };
}

test('who can’t be reached is said, and may be tried again or met in a Live room', async () => {
	const { screen, connectAgain, live } = await show('failed');
	await expect
		.element(screen.getByText('The two browsers couldn’t reach each other. Try again, or open a Live room instead.'))
		.toBeVisible();
	await expect.element(live).toHaveAttribute('href', '/#live');
	await screen.getByRole('button', { name: 'Try again' }).click();
	expect(connectAgain).toHaveBeenCalledOnce();
});

test('a relay that was spoken of and isn’t given is told of, and only the person does without', async () => {
	const { screen, connectOpenly, live } = await show('exposed');
	await expect
		.element(screen.getByText(/^The server spoke of a relay and gives none: the other person would see your IP address\./))
		.toBeVisible();
	await expect.element(live).toHaveAttribute('href', '/#live');
	await screen.getByRole('button', { name: 'Connect directly' }).click();
	expect(connectOpenly).toHaveBeenCalledExactlyOnceWith(true);
});

test('waiting and connecting are said without anything to press, and connected says nothing', async () => {
	for (const [is, words] of [
		['waiting', 'Waiting for the other person. Keep this page open.'],
		['connecting', 'Connecting browser to browser…']
	] as const) {
		const { screen } = await show(is);
		await expect.element(screen.getByText(words)).toBeVisible();
		expect(screen.getByRole('button').elements()).toEqual([]);
		await screen.unmount();
	}
	const { screen } = await show('connected');
	expect(screen.getByRole('status').elements()).toEqual([]);
});
