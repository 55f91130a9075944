/** Browsers with another engine than Chromium's, as far as this machine has them: Firefox by WebDriver BiDi, WebKitGTK by WebDriver. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, globSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from 'puppeteer-core';
import { Builder, Capabilities } from 'selenium-webdriver';
import { freePort } from '../server/db/processes.ts';

/** A browser profile of its own with one page. `script`: an expression, evaluated in the page. */
export type Tab = {
	goto(address: string): Promise<void>;
	reload(): Promise<void>;
	evaluate(script: string): Promise<unknown>;
	/** `script` gives the element. After what stands there. */
	type(script: string, text: string): Promise<void>;
};

export type Engine = {
	open(): Promise<Tab>;
	/** All that was opened. */
	close(): Promise<void>;
};

export type EngineKind = {
	readonly name: string;
	readonly isHere: boolean;
	/** What brings it in on Debian. */
	readonly packages: string;
	start(): Promise<Engine>;
};

function which(name: string): string | null {
	const candidates = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
	return candidates.find(isThere) ?? null;
}

function isThere(file: string): boolean {
	try {
		accessSync(file);
		return true;
	} catch {
		return false;
	}
}

async function startFirefox(executablePath: string): Promise<Engine> {
	const browser = await launch({ browser: 'firefox', executablePath, headless: true });
	const open = async (): Promise<Tab> => {
		const context = await browser.createBrowserContext();
		const page = await context.newPage();
		const element = async (script: string) => {
			const found = (await page.evaluateHandle(script)).asElement();
			if (found === null) throw new Error(`not on the page: ${script}`);
			return found;
		};
		return {
			goto: async (address) => void (await page.goto(address)),
			reload: async () => void (await page.reload()),
			evaluate: (script) => page.evaluate(script),
			type: async (script, text) => (await element(script)).type(text)
		};
	};
	return { open, close: () => browser.close() };
}

type Process = { readonly child: ChildProcess; end(): Promise<void> };

function begin(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Process {
	const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'ignore'] });
	const end = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const gone = once(child, 'exit');
		child.kill();
		await gone;
	};
	return { child, end };
}

/** A screen of its own: without one the browser never starts. */
async function startScreen(): Promise<Process & { readonly display: string }> {
	const screen = begin('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp']);
	if (screen.child.stdout === null) throw new Error('Xvfb: expected a pipe');
	const [number] = await once(createInterface({ input: screen.child.stdout }), 'line');
	return { ...screen, display: `:${String(number)}` };
}

async function startWebKit(driver: string, binary: string): Promise<Engine> {
	const screen = await startScreen();
	const ends: (() => Promise<void>)[] = [];
	const environment = {
		DISPLAY: screen.display,
		// Its sandbox wants rights that a container doesn't give; there is no graphics card to compose with.
		WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
		WEBKIT_DISABLE_COMPOSITING_MODE: '1'
	};
	const open = async (): Promise<Tab> => {
		const port = await freePort();
		// Each speaks for one browser.
		const service = begin(driver, [`--port=${port}`], environment);
		ends.unshift(service.end);
		await answers(port);
		const options = { binary, args: ['--automation'] };
		const capabilities = new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options });
		const page = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
		ends.unshift(() => page.quit());
		const element = (script: string) => page.executeScript<ReturnType<typeof page.findElement>>(`return ${script}`);
		return {
			goto: (address) => page.get(address),
			reload: () => page.navigate().refresh(),
			evaluate: (script) => page.executeScript(`return ${script}`),
			type: async (script, text) => (await element(script)).sendKeys(text)
		};
	};
	const close = async () => {
		for (const end of [...ends, screen.end]) await end();
	};
	return { open, close };
}

/** The driver says nothing when it listens. */
async function answers(port: number): Promise<void> {
	for (;;) {
		try {
			await fetch(`http://127.0.0.1:${port}/status`);
			return;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}

const firefox = ['firefox-esr', 'firefox'].map(which).find((found) => found !== null);
const webkitDriver = which('WebKitWebDriver');
const [miniBrowser] = globSync('/usr/{lib,libexec}/{,*/}webkit2gtk-4.1/MiniBrowser');

export const engines: readonly EngineKind[] = [
	{
		name: 'Firefox',
		isHere: firefox !== undefined,
		packages: 'firefox-esr',
		start: () => startFirefox(firefox ?? '')
	},
	{
		name: 'WebKitGTK',
		isHere: webkitDriver !== null && miniBrowser !== undefined && which('Xvfb') !== null,
		packages: 'webkit2gtk-driver xvfb',
		start: () => startWebKit(webkitDriver ?? '', miniBrowser ?? '')
	}
];
