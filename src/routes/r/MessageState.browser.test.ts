import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { MessageItem } from '$lib/room/view';
import './room.css';
import MessageState from './MessageState.svelte';

const person = { fp: 'f', tag: 'T', nick: 'Ada', colour: 0, namesake: false };
const marks = { clockOff: false, late: false, equivocal: false, fresh: false };
const message = (shown: Pick<MessageItem, 'state' | 'reason' | 'missedBy'>): MessageItem => ({
	...{ kind: 'message', id: 'own 1', seq: 0, person, own: true, time: 0, text: 'words' },
	...marks,
	...shown
});

async function show(shown: Pick<MessageItem, 'state' | 'reason' | 'missedBy'>) {
	const [onretry, ondiscard] = [vi.fn(), vi.fn()];
	const screen = await render(MessageState, { message: message(shown), onretry, ondiscard });
	return { screen, onretry, ondiscard };
}

test.each([
	['QUOTA_MESSAGES', 'Not sent. The room has taken all its messages.'],
	['NOBODY', 'Not sent. Nobody was here who could read it.'],
	['STORAGE', 'Not sent. This device has no room to keep it. Free some, then try again.'],
	['INTERNAL', 'Not sent.']
] as const)('what was refused by %s says so, can be sent again and deleted', async (reason, sentence) => {
	const { screen, onretry, ondiscard } = await show({ state: 'failed', reason });
	await expect.element(screen.getByText(sentence, { exact: true })).toBeVisible();
	await screen.getByRole('button', { name: 'Try again' }).click();
	expect(onretry).toHaveBeenCalledExactlyOnceWith('own 1');
	await screen.getByRole('button', { name: 'Delete' }).click();
	expect(ondiscard).toHaveBeenCalledExactlyOnceWith('own 1');
});

test('what nobody answered may be at the server, so that it can only be sent again', async () => {
	const { screen, onretry } = await show({ state: 'failed', reason: 'OFFLINE' });
	await expect.element(screen.getByText('Not sent. No answer from the server.', { exact: true })).toBeVisible();
	expect(screen.getByRole('button', { name: 'Delete' }).elements()).toEqual([]);
	await screen.getByRole('button', { name: 'Try again' }).click();
	expect(onretry).toHaveBeenCalledExactlyOnceWith('own 1');
});

test('on its way, waiting, sent and sent to some each have their words', async () => {
	for (const [shown, words] of [
		[{ state: 'sending' }, 'Sending…'],
		[{ state: 'queued' }, 'Waiting for a connection'],
		[{ state: 'sent' }, 'Sent'],
		[{ state: 'sent', missedBy: ['Amber Fox'] }, 'Sent. Amber Fox may not have it.']
	] as const) {
		const { screen } = await show(shown);
		await expect.element(screen.getByText(words, { exact: true })).toBeVisible();
		await screen.unmount();
	}
});
