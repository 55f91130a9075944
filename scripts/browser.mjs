/** Finds a Chromium for the tests, or brings one in. Plain JavaScript for the machine's own Node. */
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { root, run, say } from './install.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const places = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium'
];

function fromPath(name) {
	try {
		return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	} catch {
		return '';
	}
}

async function playwrights() {
	const { chromium } = await import('playwright');
	return chromium.executablePath();
}

async function present() {
	const candidates = [process.env.CHROMIUM_PATH ?? '', ...names.map(fromPath), ...places, await playwrights()];
	return candidates.find((candidate) => candidate !== '' && existsSync(candidate));
}

function attempt(command, args) {
	try {
		run(command, args, { cwd: root, stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

/** The path of an executable Chromium. Ends the process with advice when there is none to be had. */
export async function findChromium() {
	const there = await present();
	if (there !== undefined) return there;
	say('installing Chromium for the tests (once)');
	if (!attempt('npx', ['playwright', 'install', '--with-deps', 'chromium'])) {
		attempt('apt-get', ['update']);
		attempt('apt-get', ['install', '-y', 'chromium']);
	}
	const installed = await present();
	if (installed !== undefined) return installed;
	say('no Chromium found, and none could be installed: install one and set CHROMIUM_PATH to it');
	process.exit(1);
}
