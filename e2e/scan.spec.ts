/** A code that is looked at: by a camera, or on a picture. */
import { writeFileSync } from 'node:fs';
import encodeQR from 'qr';
import { expect, test } from './fixtures.ts';
import { Person } from './person.ts';

const opensTheScanner = async ({ page }: Person) => {
	await page.goto('/');
	await page.getByRole('button', { name: 'Scan a QR code' }).click();
};

/** One picture of a film (YUV4MPEG2, 4:2:0) with this code on it, which a browser shows over and over in place of its camera's. */
function filmOf(text: string): Buffer {
	const [width, height, scale, edge] = [640, 480, 8, 24];
	const light = Buffer.alloc(width * height, 235);
	encodeQR(text, 'raw', { border: 4 }).forEach((row, y) =>
		row.forEach((isDark, x) => {
			if (!isDark) return;
			for (let line = 0; line < scale; line++) {
				const at = (edge + y * scale + line) * width + edge + x * scale;
				light.fill(16, at, at + scale);
			}
		})
	);
	const colour = Buffer.alloc((width * height) / 2, 128);
	return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`), light, colour]);
}

test(
	'the camera reads the code of an invite from another screen',
	{ tag: '@long' },
	async ({ meet, server, playwright, launchOptions }, info) => {
		const ada = await meet();
		const { link } = await ada.opensALiveRoom('Thursday plans');
		const film = info.outputPath('code.y4m');
		writeFileSync(film, filmOf(link));
		const args = [...(launchOptions.args ?? []), `--use-file-for-fake-video-capture=${film}`];
		const browser = await playwright.chromium.launch({ ...launchOptions, args });
		const ben = await Person.at(browser, server.origin, { shell: false });
		await opensTheScanner(ben);
		await ben.answersTheGate('', 'Calm Wren');
		await expect(ben.composer).toBeVisible();
		await ada.says('seen');
		await ben.sees('seen');
		// The camera is off again: nothing of the page holds it.
		expect(await ben.page.locator('video').count()).toBe(0);
		expect(ben.violations).toEqual([]);
		await browser.close();
	}
);

test('a scanner that finds no code, a foreign one or no picture at all says which', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	await opensTheScanner(ada);
	const choose = async (file: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }) => {
		const chooser = page.waitForEvent('filechooser');
		await page.getByText('Choose a picture instead').click();
		await (await chooser).setFiles(file);
	};
	// The browser's own film of a camera has no code on it.
	await expect(page.getByText('No code found. Move a little closer.')).toBeVisible();
	const picture = (text: string) => Buffer.from(encodeQR(text, 'gif', { border: 4, scale: 6 }));
	await choose({ name: 'other.gif', mimeType: 'image/gif', buffer: picture('https://example.org/menu') });
	await expect(page.getByText(/^That code isn.t a Sotto invite\.$/)).toBeVisible();
	await choose({ name: 'no-picture.png', mimeType: 'image/png', buffer: Buffer.from('words') });
	await expect(page.getByText(/^No code was found in this picture\./)).toBeVisible();
	await page.getByRole('button', { name: 'Paste a link instead' }).click();
	await expect(page.getByLabel('Invite link')).toBeFocused();
});

test('without a camera, or without leave to use it, there are a picture and the link', { tag: '@long' }, async ({ meet }) => {
	for (const [refusal, sentence] of [
		['NotAllowedError', /^The camera is blocked for this site\. You can choose a picture or paste the link\.$/],
		['NotFoundError', /^No camera was found\. You can choose a picture or paste the link\.$/]
	] as const) {
		const ada = await meet();
		await ada.page.addInitScript((name) => {
			const refuse = () => Promise.reject(new DOMException('', name));
			Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refuse });
		}, refusal);
		await opensTheScanner(ada);
		await expect(ada.page.getByText(sentence)).toBeVisible();
		await expect(ada.page.getByText('Choose a picture instead')).toBeVisible();
	}
});

test('a scanner that doesn’t come says so, and the link can be pasted', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/');
	await expect(page.getByText('Strong: four random words.')).toBeVisible();
	await page.route('**/_app/immutable/**', (route) => route.abort());
	await page.getByRole('button', { name: 'Scan a QR code' }).click();
	await expect(page.getByText(/^The scanner couldn.t be loaded\. Check your connection, or paste the link\.$/)).toBeVisible();
	await expect(page.getByLabel('Invite link')).toBeVisible();
});
