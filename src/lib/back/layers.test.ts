import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Layers } from './layers.ts';

/** A browser's session history: traversals arrive later, and a push forgets what was ahead. */
class Tab {
	entries: unknown[] = [{ router: 1 }];
	at = 0;
	readonly layers = new Layers(this);

	get state(): unknown {
		return this.entries[this.at];
	}

	push(state: unknown): void {
		this.entries = [...this.entries.slice(0, this.at + 1), state];
		this.at++;
	}

	go(delta: number): void {
		setTimeout(() => {
			this.at += delta;
			this.layers.moved();
		}, 5);
	}
}

let tab: Tab;
const settled = () => vi.advanceTimersByTimeAsync(30);

beforeEach(() => {
	vi.useFakeTimers();
	tab = new Tab();
});

afterEach(() => {
	vi.useRealTimers();
});

/** A layer as a component has it: it is let go when it closes, whoever closed it. */
function opens(): { readonly closed: () => void; readonly release: () => void } {
	const layer = { closed: vi.fn(() => release()) };
	const release = tab.layers.add(layer.closed);
	return { closed: layer.closed, release };
}

test('a layer takes an entry that holds nothing but its depth, and Back closes it', async () => {
	const sheet = opens();
	await settled();
	expect(tab.entries).toEqual([{ router: 1 }, { router: 1, 'sotto.layers': 1 }]);
	tab.go(-1);
	await settled();
	expect(sheet.closed).toHaveBeenCalledOnce();
	expect(tab.at).toBe(0);
	expect(tab.layers.busy).toBe(false);
});

test('Back closes the top layer only', async () => {
	const [below, above] = [opens(), opens()];
	await settled();
	expect(tab.at).toBe(2);
	tab.go(-1);
	await settled();
	expect(above.closed).toHaveBeenCalledOnce();
	expect(below.closed).not.toHaveBeenCalled();
	expect(tab.at).toBe(1);
});

test('a layer that closes by itself takes its entry with it', async () => {
	const sheet = opens();
	await settled();
	sheet.release();
	await settled();
	expect(tab.at).toBe(0);
});

test('a menu that opens a sheet hands its entry over', async () => {
	const menu = opens();
	await settled();
	menu.release();
	const sheet = opens();
	await settled();
	expect(tab.entries).toHaveLength(2);
	tab.go(-1);
	await settled();
	expect(sheet.closed).toHaveBeenCalledOnce();
	expect(menu.closed).not.toHaveBeenCalled();
});

test('a layer that opens while the entry of another goes has one of its own in the end', async () => {
	const first = opens();
	await settled();
	first.release();
	await vi.advanceTimersByTimeAsync(2);
	const second = opens();
	await settled();
	expect(tab.at).toBe(1);
	expect(second.closed).not.toHaveBeenCalled();
});

test('Forward into the entry of a layer that has closed leads back out of it', async () => {
	opens().release();
	tab.push({ router: 1, 'sotto.layers': 1 });
	tab.at = 0;
	tab.go(1);
	await settled();
	expect(tab.at).toBe(0);
});

test('what has to wait for the layers runs at once when there are none, and else at the page’s own entry', async () => {
	const run = vi.fn(() => tab.at);
	tab.layers.closed(run);
	expect(run).toHaveBeenCalledOnce();
	const sheet = opens();
	await settled();
	tab.layers.closed(run);
	expect(sheet.closed).toHaveBeenCalledOnce();
	expect(run).toHaveBeenCalledOnce();
	await settled();
	expect(run).toHaveLastReturnedWith(0);
	expect(run).toHaveBeenCalledTimes(2);
});

test('a browser that never tells of its arrival holds nothing up', async () => {
	opens();
	await vi.advanceTimersByTimeAsync(10);
	vi.spyOn(tab, 'go').mockImplementation(() => undefined);
	const run = vi.fn();
	tab.layers.closed(run);
	await vi.advanceTimersByTimeAsync(4900);
	expect(run).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(200);
	expect(run).toHaveBeenCalledOnce();
});
