/** What people do, in their own words: each a browser profile of its own, finding things by the names that are on the screen. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** `password`: empty where there is none. */
export type Invitation = { readonly link: string; readonly password: string };

type Options = Parameters<Browser['newContext']>[0] & { readonly shell?: boolean };

/** Movement costs frames that few journeys look at: in the short form people have asked for less of it. */
const reducedMotion = process.env.LONG === undefined ? 'reduce' : 'no-preference';

const closingMs = 10_000;
/** A month's rooms take work, and how long that takes is luck: at the idle difficulty one in a thousand takes seven times the mean. */
const workMs = 60_000;

export class Person {
	readonly page: Page;
	readonly context: BrowserContext;
	/** What the browser said went against the page's policy; must stay empty. */
	readonly violations: string[] = [];

	private constructor(context: BrowserContext, page: Page) {
		this.context = context;
		this.page = page;
		page.on('console', (message) => {
			if (/Content Security Policy|Trusted ?Type/i.test(message.text())) this.violations.push(message.text());
		});
		page.on('pageerror', (error) => this.violations.push(error.message));
	}

	/** `shell`: the browser keeps a copy of the app, which costs each newcomer all of its files. */
	static async at(browser: Browser, origin: string, { shell = true, ...options }: Options = {}): Promise<Person> {
		const context = await browser.newContext({ baseURL: origin, reducedMotion, ...options });
		if (!shell) await context.addInitScript(() => void Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
		await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
		return new Person(context, await context.newPage());
	}

	/** In a browser's own first context, which keeps what Playwright would set otherwise. */
	static async inside(context: BrowserContext): Promise<Person> {
		return new Person(context, context.pages()[0] ?? (await context.newPage()));
	}

	/** What screen readers are told from now on. */
	async listens(): Promise<() => Promise<string[]>> {
		await this.page.evaluate(() => {
			const said: string[] = [];
			Reflect.set(globalThis, 'said', said);
			const speaker = document.getElementById('say');
			if (speaker === null) throw new Error('nothing speaks on this page');
			const keep = () => speaker.textContent !== '' && said.push(speaker.textContent);
			new MutationObserver(keep).observe(speaker, { characterData: true, childList: true, subtree: true });
		});
		return () => this.page.evaluate<string[]>(() => Reflect.get(globalThis, 'said'));
	}

	/** From the home page to a room, with the share sheet open. Returns what is to be passed on. */
	async opensARoom(roomName: string): Promise<Invitation> {
		await this.page.goto('/');
		return this.opensARoomNamed(roomName);
	}

	async opensARoomNamed(roomName: string): Promise<Invitation> {
		await this.page.getByLabel('Room name').fill(roomName);
		return this.opensARoomFromHere();
	}

	async opensARoomFromHere(take = () => this.readsTheShareSheet()): Promise<Invitation> {
		await this.page.getByRole('button', { name: 'Open the room' }).click();
		await this.shareSheet.waitFor({ timeout: workMs });
		const invitation = await take();
		await this.closesTheSheet();
		return invitation;
	}

	/** Without a password, which is how it is offered. */
	async opensALiveRoom(roomName = ''): Promise<Invitation> {
		await this.page.goto('/');
		await this.page.getByRole('radio', { name: /^Live/ }).check();
		await this.page.getByLabel('Room name').fill(roomName);
		return this.opensARoomFromHere(async () => ({ link: await this.readsTheLink(), password: '' }));
	}

	get shareSheet(): Locator {
		return this.page.getByRole('dialog', { name: 'Share this room' });
	}

	async readsTheShareSheet(): Promise<Invitation> {
		await this.shareSheet.getByRole('button', { name: 'Show password' }).click();
		const password = await this.shareSheet.locator('code').last().textContent();
		return { link: await this.readsTheLink(), password: (password ?? '').trim() };
	}

	async readsTheLink(): Promise<string> {
		const link = await this.shareSheet.locator('code').first().textContent();
		return `http://${(link ?? '').trim()}`;
	}

	async copiesTheShareSheet(): Promise<Invitation> {
		const sheet = this.shareSheet;
		await sheet.getByRole('button', { name: 'Copy the link' }).click();
		await expect(sheet.getByText(/^Link copied\./)).toBeVisible();
		const link = await this.clipboard();
		await sheet.getByRole('button', { name: 'Copy the password' }).click();
		await expect(sheet.getByText(/^Password copied\./)).toBeVisible();
		return { link, password: await this.clipboard() };
	}

	async closesTheSheet(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.settles();
	}

	/** What lay open goes, and its history entry a moment later: a reload begun before that would be given up by the browser. */
	async settles(): Promise<void> {
		await expect(this.page.getByRole('dialog')).toHaveCount(0);
		await this.page.waitForFunction(() => !JSON.stringify(history.state).includes('sotto.layers'));
	}

	async opensTheLink(link: string): Promise<void> {
		await this.page.goto(link);
	}

	async comesIn(invitation: Invitation, nick: string): Promise<void> {
		await this.opensTheLink(invitation.link);
		await this.answersTheGate(invitation.password, nick);
		await expect(this.composer).toBeVisible();
	}

	async answersTheGate(password: string, nick?: string): Promise<void> {
		const { page } = this;
		await expect(page.getByRole('button', { name: 'Come in' })).toBeVisible();
		if (nick !== undefined) await page.getByLabel('Your alias').fill(nick);
		if (password !== '') await page.getByLabel('Room password').fill(password);
		await page.getByRole('button', { name: 'Come in' }).click();
	}

	get composer(): Locator {
		return this.page.getByRole('textbox', { name: 'Message' });
	}

	get thread(): Locator {
		return this.page.getByRole('log', { name: 'Messages' });
	}

	async says(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Enter');
		await expect(this.composer).toHaveValue('');
	}

	async sees(text: string): Promise<void> {
		await expect(this.thread.getByText(text, { exact: true })).toBeVisible();
	}

	async opensTheMenu(item: string | RegExp): Promise<void> {
		await this.page.getByRole('button', { name: 'Room menu' }).click();
		await this.page.getByRole('menuitem', { name: item }).click();
	}

	async leaves(): Promise<void> {
		await this.opensTheMenu('Leave on this device');
		await this.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
		await expect(this.page.getByRole('heading', { name: 'Rooms that keep quiet.' })).toBeVisible();
	}

	/** Holds the button until it says that it is done, which is when the page changes. */
	async purges(): Promise<void> {
		await this.opensTheMenu('Purge for everybody');
		const hold = this.page.getByRole('dialog').getByRole('button', { name: /^Hold to purge/ });
		await hold.focus();
		await this.page.keyboard.down('Space');
		await this.page.waitForURL('**/ended**');
		await this.page.keyboard.up('Space');
	}

	/** By pasting it elsewhere: our own page may not read it (docs/PROTOCOL.md §18). */
	async clipboard(): Promise<string> {
		const pad = await this.context.newPage();
		await pad.setContent('<textarea></textarea>');
		await pad.locator('textarea').press('ControlOrMeta+V');
		const text = await pad.locator('textarea').inputValue();
		await pad.close();
		return text;
	}

	/** A page that is on its way elsewhere may hold its context open for good: then the browser's own end takes it. */
	async goes(): Promise<void> {
		await Promise.race([this.context.close(), pause(closingMs, undefined, { ref: false })]);
	}
}
