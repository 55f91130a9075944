/** A browser of somebody's own whose profile lies on the disk: it can be killed, as a system does it, and started again. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LaunchOptions } from '@playwright/test';
import { chromium } from '@playwright/test';
import { Person } from './person.ts';
import { freePort } from '../server/db/processes.ts';

export type Profile = {
	/** All that the browser keeps. */
	readonly folder: string;
	/** Resolves to whoever sits before it; one at a time. */
	start(): Promise<Person>;
	/** Without a word to the browser. */
	kill(): Promise<void>;
	/** As its user does, so that everything is written. */
	stop(): Promise<void>;
	/** Stopped or not. */
	remove(): Promise<void>;
};

export function makeProfile({ executablePath = chromium.executablePath(), args = [] }: LaunchOptions): Profile {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-profile-'));
	let browser: ChildProcess | undefined;

	const end = async (signal: NodeJS.Signals) => {
		const ending = browser;
		browser = undefined;
		if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
		const gone = once(ending, 'exit');
		ending.kill(signal);
		await gone;
	};
	return {
		folder,
		async start() {
			const port = await freePort();
			const own = ['--headless=new', '--no-first-run', `--user-data-dir=${folder}`, `--remote-debugging-port=${port}`];
			browser = spawn(executablePath, [...args, ...own, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
			await listening(browser);
			const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
			const [context] = connected.contexts();
			if (context === undefined) throw new Error('profile: the browser has no context');
			return Person.inside(context);
		},
		kill: () => end('SIGKILL'),
		stop: () => end('SIGTERM'),
		async remove() {
			await end('SIGKILL');
			rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
		}
	};
}

/** The browser says so itself. */
async function listening({ stderr }: ChildProcess): Promise<void> {
	if (stderr === null) throw new Error('profile: the browser says nothing');
	const lines = createInterface({ input: stderr });
	for await (const line of lines) if (line.includes('DevTools listening')) break;
	// What it says afterwards is read by nobody, and must not stop it.
	stderr.resume();
}
