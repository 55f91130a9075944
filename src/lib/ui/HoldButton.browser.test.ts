import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import HoldButton from './HoldButton.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function show() {
	const onhold = vi.fn();
	const screen = await render(HoldButton, { label: 'Hold to purge', onhold });
	const button = screen.container.querySelector('button');
	if (!button) throw Error('no button');
	const key = (type: string, name: string, repeat = false) =>
		button.dispatchEvent(new KeyboardEvent(type, { key: name, repeat, bubbles: true, cancelable: true }));
	return { onhold, button, key };
}

test('a press that is let go before its time does nothing', async () => {
	const { onhold, button } = await show();
	button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
	vi.advanceTimersByTime(1500);
	button.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
	vi.advanceTimersByTime(5000);
	expect(onhold).not.toHaveBeenCalled();
});

test('a press that lasts is done once', async () => {
	const { onhold, button } = await show();
	button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
	vi.advanceTimersByTime(9000);
	expect(onhold).toHaveBeenCalledTimes(1);
});

test('only the first button of a mouse is a press', async () => {
	const { onhold, button } = await show();
	button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 2 }));
	vi.advanceTimersByTime(9000);
	expect(onhold).not.toHaveBeenCalled();
});

test('Space is held like a finger, its repeats start nothing anew, and Escape stops', async () => {
	const { onhold, key } = await show();
	key('keydown', ' ');
	vi.advanceTimersByTime(800);
	key('keydown', ' ', true);
	vi.advanceTimersByTime(700);
	expect(onhold).not.toHaveBeenCalled();
	key('keydown', 'Escape');
	vi.advanceTimersByTime(5000);
	expect(onhold).not.toHaveBeenCalled();
	key('keydown', ' ');
	vi.advanceTimersByTime(1600);
	expect(onhold).toHaveBeenCalledTimes(1);
});

test('losing the focus lets go', async () => {
	const { onhold, button, key } = await show();
	key('keydown', 'Enter');
	button.dispatchEvent(new FocusEvent('blur'));
	vi.advanceTimersByTime(5000);
	expect(onhold).not.toHaveBeenCalled();
});
