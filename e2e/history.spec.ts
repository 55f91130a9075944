import { expect, test } from './fixtures.ts';
import { fillRoom } from './writer.ts';

const count = process.env.LONG === undefined ? 400 : 10_000;

test('a long room opens at its end, pages back without the view jumping, and keeps few rows in the page', async ({
	meet,
	server,
	database
}) => {
	if (process.env.LONG !== undefined) test.setTimeout(600_000);
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('Long');
	await fillRoom(database, server.origin, invitation, count);
	await ben.comesIn(invitation, 'Paper Moon');
	await ben.sees(`line ${count}`);
	const mounted = () => ben.thread.locator('[data-seq]').count();
	await expect.poll(mounted).toBeLessThan(60);

	await test.step('the line in view stays where it is while older ones are laid above it', async () => {
		const moved = await ben.thread.evaluate(async (log) => {
			const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
			const height = log.scrollHeight;
			// One jump instead of a wheel's many small ones, so that only the new lines can move anything afterwards.
			log.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
			log.scrollTop = 60;
			const inView = ({ top, bottom }: DOMRect) => top > 0 && bottom < window.innerHeight - 150;
			const lastInView = () => [...log.querySelectorAll('[data-seq]')].findLast((node) => inView(node.getBoundingClientRect()));
			const topOf = (seq: string) => log.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect().top ?? Infinity;
			// The rows follow the jump some frames later, and stand where they belong when they have been measured.
			let [seq, before] = ['', Infinity];
			for (let [frames, still] = [0, 0]; still < 3 && frames < 600; frames++) {
				await frame();
				if (topOf(seq) === before && before !== Infinity) still++;
				else [seq, still] = [lastInView()?.getAttribute('data-seq') ?? '', 0];
				before = topOf(seq);
			}
			for (let frames = 0; log.scrollHeight < height + 1000 && frames < 600; frames++) await frame();
			for (let frames = 0; frames < 10; frames++) await frame();
			return Math.abs(topOf(seq) - before);
		});
		expect(moved).toBeLessThan(4);
	});

	await test.step('page by page the beginning is reached, and every line of it is verified', async () => {
		const older = ben.page.getByRole('button', { name: 'Show older messages' });
		await expect(async () => {
			await ben.thread.press('Home');
			if (await older.isVisible()) await older.click();
			await expect(ben.thread.getByText('This is where the room begins.')).toBeAttached({ timeout: 250 });
		}).toPass({ timeout: 500_000, intervals: [50] });
		await ben.thread.press('Home');
		await ben.sees('line 1');
		await expect(ben.page.getByText('couldn’t be verified')).toHaveCount(0);
		await expect.poll(mounted).toBeLessThan(60);
		await ben.thread.press('End');
		await ben.sees(`line ${count}`);
	});
});
