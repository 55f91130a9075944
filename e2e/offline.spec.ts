import { expect, test } from './fixtures.ts';
import { withServer } from './server.ts';
import { clearHttpCache, isKept } from './shell.ts';
import { settledBytes } from './weight.ts';

test.use({ shell: true });

test('with the server stopped and the HTTP cache cleared every page opens, links and workers included', async ({ meet }) => {
	await withServer({}, async (server) => {
		const ada = await meet({ baseURL: server.origin });
		const { page } = ada;
		await page.goto('/');
		await isKept(page);
		await server.stop();
		await clearHttpCache(page);

		await page.goto('/how-it-works');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.goto('/settings');
		await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
		// By the browser itself, without waking the service worker, where it tells.
		const [source] = await page.evaluate(() =>
			performance.getEntriesByType('navigation').map((entry): unknown => Reflect.get(entry, 'workerFinalSourceType'))
		);
		expect(['cache', undefined]).toContain(source);
		await page.goto('/plan');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.goto('/ended#time');
		await expect(page.getByText('Its time was up.')).toBeVisible();
		await page.goto('/nowhere');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		// The vault's worker reads the link, and draws words.
		await page.goto('/r#cajoqxdbqlbqk2kpyflwvuwotnlqadnqlayglswq2df7saztl6ghxbg7');
		await expect(page.getByText(/can.t reach our server|offline/i).first()).toBeVisible();
		await page.goto('/');
		await page.getByRole('button', { name: 'New words' }).click();
		await expect(page.getByText('Strong: four random words.')).toBeVisible();
		await server.start();
	});
});

test('what is kept is the build, file for file, and no request of the page goes elsewhere', async ({ meet, server }) => {
	const { page } = await meet();
	await page.goto('/');
	await isKept(page);
	const kept = await page.evaluate(async () => {
		const names = await caches.keys();
		const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return requests.flat().map(({ url }) => url);
	});
	const worker = await (await fetch(`${server.origin}/service-worker.js`)).text();
	const [, files = '{}'] = /\{"version":"[^"]+","files":(\{[^}]*\})\}/.exec(worker) ?? [];
	const built = Object.keys(JSON.parse(files)).map((path) => `${server.origin}${path}`);
	expect(built).toContain(`${server.origin}/r`);
	// And beside them a note of the worker's own: which copy is in use.
	expect(kept.toSorted()).toEqual([...built, `${server.origin}/in-use`].toSorted());
	// A name with a hash is asked for once; what has none is asked about each time.
	const hashed = built.find((url) => url.includes('/_app/immutable/chunks/')) ?? '';
	const keeping = async (url: string) => (await fetch(url)).headers.get('cache-control');
	expect(await keeping(hashed)).toMatch(/immutable/);
	expect(await keeping(`${server.origin}/manifest.webmanifest`)).toBe('no-cache');
	expect(await keeping(`${hashed}.js`)).toBe('no-store');
});

test('the scripts of the home page weigh no more than 90 kB and 5 behind it, and a room brings no more than 60', async ({
	meet
}) => {
	const ada = await meet();
	await ada.page.goto('/');
	await isKept(ada.page);
	const home = await settledBytes(ada.page);
	expect(home).toBeLessThanOrEqual(95_000);
	await ada.opensARoomNamed('');
	expect((await settledBytes(ada.page)) - home).toBeLessThanOrEqual(60_000);
});
