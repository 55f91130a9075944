import { defineConfig } from '@playwright/test';

const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
	testDir: 'e2e',
	testMatch: '*.spec.ts',
	outputDir: 'test-results',
	timeout: 120_000,
	expect: { timeout: 20_000 },
	// On two cores three journeys fill each other's waits; each worker has a browser and a server of its own.
	workers: 3,
	forbidOnly: true,
	// What is proved at another level too is gone through in the long form alone: docs/PROOFS.md.
	...(process.env.LONG === undefined ? { grepInvert: /@long/ } : {}),
	reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
	use: {
		viewport: { width: 1280, height: 800 },
		actionTimeout: 15_000,
		navigationTimeout: 30_000,
		launchOptions: {
			...(executablePath === undefined ? {} : { executablePath }),
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
				'--use-fake-device-for-media-stream',
				'--use-fake-ui-for-media-stream'
			]
		}
	}
});
