import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { $lib: fileURLToPath(new URL('src/lib', import.meta.url)) };
const chromium = process.env.CHROMIUM_PATH;

export default defineConfig({
	test: {
		// One more than the smallest machine has cores: many files wait for a database, another process or a delay.
		maxWorkers: 3,
		projects: [
			{
				plugins: [svelte()],
				resolve: { alias },
				test: {
					name: 'node',
					environment: 'node',
					// Much of a file's time would go into loading what the file before had loaded. No test may need a module to be
					// fresh: each makes the server, the database and the room that it needs.
					isolate: false,
					include: ['{src,server,bench,scripts}/**/*.test.ts'],
					exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
					// These only end what hangs: a busy machine may take its time.
					testTimeout: 120_000,
					hookTimeout: 120_000,
					expect: { poll: { timeout: 60_000 } },
					globalSetup: ['server/db/testing-setup.ts'],
					// graphql 17 has a development build by export condition; one realm for all (STACK §4).
					server: { deps: { inline: [/graphql/, /@pothos/, /@envelop/, /@urql/] } }
				}
			},
			{
				plugins: [svelte()],
				resolve: { alias },
				worker: { format: 'es' },
				// Found only while the tests run otherwise, which reloads the page under them.
				optimizeDeps: {
					include: [
						...['@noble/hashes/argon2.js', '@noble/hashes/hkdf.js', '@noble/curves/abstract/edwards.js'],
						...['@zxcvbn-ts/core', '@zxcvbn-ts/language-common', '@lucide/svelte'],
						...['arrow-left-right', 'check', 'circle-alert', 'clock', 'cloud-off'].map((icon) => `@lucide/svelte/icons/${icon}`)
					]
				},
				test: {
					name: 'browser',
					include: ['src/**/*.browser.test.ts', 'src/**/*.vectors.test.ts'],
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						instances: [{ browser: 'chromium' }],
						provider: playwright({
							launchOptions: {
								...(chromium === undefined ? {} : { executablePath: chromium }),
								args: ['--no-sandbox', '--disable-gpu']
							}
						})
					}
				}
			}
		]
	}
});
