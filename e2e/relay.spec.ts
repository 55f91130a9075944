import { keepConnections } from './connections.ts';
import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';
import { withServer } from './server.ts';
import { hasTurn, startTurn } from './turn.ts';

/** The kinds of all candidates that this browser has heard of, its own and the other's. */
const candidates = ({ page }: Person) =>
	page.evaluate(async () => {
		const made: RTCPeerConnection[] = Reflect.get(globalThis, 'connections');
		const kinds: string[] = [];
		for (const connection of made)
			(await connection.getStats()).forEach((entry) => /candidate$/.test(entry.type) && kinds.push(entry.candidateType));
		return [...new Set(kinds)];
	});

test('with a relay two people talk without either seeing an address of the other', { tag: '@long' }, async ({ meet }) => {
	test.skip(!hasTurn, 'coturn is not installed');
	const turn = await startTurn();
	await withServer({ TURN_URLS: turn.url, TURN_SECRET: turn.secret }, async (server) => {
		const [ada, ben] = [await meet({ baseURL: server.origin }), await meet({ baseURL: server.origin })];
		for (const { context } of [ada, ben]) await context.addInitScript(keepConnections);
		await ada.page.goto('/');
		await ada.page.getByRole('radio', { name: /^Direct/ }).check();
		await expect(ada.page.getByText(/by a relay that hides your IP address/)).toBeVisible();
		const invitation = await ada.opensARoomFromHere(async () => ({ link: await ada.readsTheLink(), password: '' }));
		await ben.opensTheLink(invitation.link);
		await expect(ben.page.getByText(/by a relay that hides your IP address/)).toBeVisible();
		await ben.answersTheGate('', 'Paper Moon');
		for (const person of [ada, ben]) await expect(person.thread.getByText(/^Connected through a relay at/)).toBeVisible();
		await ada.says('Behind a wall');
		await ben.sees('Behind a wall');
		for (const person of [ada, ben]) expect(await candidates(person)).toEqual(['relay']);

		await test.step('whoever wants it otherwise says so, and the other one stays hidden', async () => {
			await ada.opensTheMenu('Room details');
			await ada.page.getByRole('switch', { name: /^Connect directly/ }).check();
			await expect(ada.thread.getByText(/^Connected through a relay at/)).toHaveCount(2);
			await ada.says('Still here');
			await ben.sees('Still here');
			const seen = await ada.page.evaluate(async () => {
				const made: RTCPeerConnection[] = Reflect.get(globalThis, 'connections');
				const kinds: string[] = [];
				for (const connection of made)
					(await connection.getStats()).forEach((entry) => entry.type === 'remote-candidate' && kinds.push(entry.candidateType));
				return [...new Set(kinds)];
			});
			// The other end may have shown itself by its relay before it was told of.
			expect(seen.filter((kind) => kind === 'host' || kind === 'srflx')).toEqual([]);
		});
	});
	await turn.stop();
});
