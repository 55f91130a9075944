import Trash from '@lucide/svelte/icons/trash-2';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import MenuHost from './MenuHost.test.svelte';

async function show() {
	const run = vi.fn();
	const items = ['Room details', 'Clear my screen', 'Purge for everybody'].map((label) => ({
		label,
		icon: Trash,
		run: () => run(label)
	}));
	const screen = await render(MenuHost, { items });
	await userEvent.click(screen.getByRole('button', { name: 'Open' }));
	return { run, screen, focused: () => document.activeElement?.closest('button')?.textContent.trim() };
}

test('a menu takes the focus and goes round with the arrow keys', async () => {
	const { focused } = await show();
	await expect.poll(focused).toBe('Room details');
	await userEvent.keyboard('{ArrowUp}');
	expect(focused()).toBe('Purge for everybody');
	await userEvent.keyboard('{ArrowDown}');
	expect(focused()).toBe('Room details');
	await userEvent.keyboard('{End}');
	expect(focused()).toBe('Purge for everybody');
});

test('a first letter finds its item', async () => {
	const { focused } = await show();
	await expect.poll(focused).toBe('Room details');
	await userEvent.keyboard('c');
	expect(focused()).toBe('Clear my screen');
});

test('Escape closes it, runs nothing, and gives the focus back to the opener', async () => {
	const { focused, run } = await show();
	await expect.poll(focused).toBe('Room details');
	await userEvent.keyboard('{Escape}');
	await expect.poll(focused).toBe('Open');
	expect(run).not.toHaveBeenCalled();
});

test('an item runs once, when the menu is closed', async () => {
	const { run, screen } = await show();
	await userEvent.click(screen.getByRole('menuitem', { name: 'Clear my screen' }));
	await expect.poll(() => run.mock.calls).toEqual([['Clear my screen']]);
	expect(screen.container.querySelector('[role="menu"]')).toBeNull();
});
