import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from './fixtures.ts';
import type { Person } from './person.ts';
import { everythingIn } from './thread.ts';

const [people, each, kills] = [8, 25, 5];
/** So long nothing may be lost: how long a server is away has no event. */
const longestOutageMs = 30_000;

test(
	`a server is killed ${kills} × while ${people} people talk in a Live room: nobody who stays loses a word, and none comes twice`,
	{ tag: '@long' },
	async ({ meet, server }) => {
		test.setTimeout(600_000);
		const all: { readonly name: string; readonly person: Person }[] = [];
		const first = await meet();
		const invitation = await first.opensALiveRoom('Storm');
		all.push({ name: 'Person 0', person: first });
		for (let n = 1; n < people; n++) {
			const person = await meet();
			await person.comesIn(invitation, `Person ${n}`);
			all.push({ name: `Person ${n}`, person });
		}
		for (const { person } of all) {
			await person.opensTheMenu('Room details');
			await expect(person.page.getByRole('button', { name: /^Stop sending to / })).toHaveCount(people - 1);
			await expect(person.page.getByText('can’t read you')).toHaveCount(0);
			await person.page.getByRole('button', { name: 'Close room details' }).click();
		}
		let said = 0;
		const sending = all.map(async ({ name, person }) => {
			for (let n = 1; n <= each; n++, said++) await person.says(`${name} says ${n}`);
		});
		for (let kill = 1; kill <= kills; kill++) {
			await expect.poll(() => said, { timeout: 120_000 }).toBeGreaterThanOrEqual((people * each * kill) / (kills + 1));
			await server.kill();
			if (kill === kills) await pause(longestOutageMs);
			await server.start();
		}
		await Promise.all(sending);
		const expected = all.flatMap(({ name }) => Array.from({ length: each }, (_, n) => `${name} says ${n + 1}`)).sort();
		for (const { person } of all) {
			await expect(async () => {
				const texts = await everythingIn(person);
				expect([...texts].sort()).toEqual(expected);
				for (const { name } of all) {
					const own = texts.filter((text) => text.startsWith(`${name} says `));
					expect(own).toEqual(Array.from({ length: each }, (_, n) => `${name} says ${n + 1}`));
				}
			}).toPass({ timeout: 90_000 });
			await expect(person.page.getByText(/didn’t reach this device|don’t follow on/)).toHaveCount(0);
		}
	}
);
