/** When a line of a conversation is first on the screen, by the browser's own account of its frames (W3C Element Timing). */
import type { Page } from '@playwright/test';

/** Of a page, before it loads: asks for the time of every line that comes. */
export function watchPaint(): void {
	const times = new Map<string, PromiseWithResolvers<number>>();
	const timeOf = (text: string) => {
		const known = times.get(text) ?? Promise.withResolvers<number>();
		times.set(text, known);
		return known;
	};
	Reflect.set(globalThis, Symbol.for('sotto.bench.painted'), (text: string) => timeOf(text).promise);
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries())
			timeOf(Reflect.get(entry, 'identifier')).resolve(performance.timeOrigin + entry.startTime);
	}).observe({ type: 'element', buffered: true });
	new MutationObserver(() => {
		for (const line of document.querySelectorAll('[role="log"] p:not([elementtiming])'))
			line.setAttribute('elementtiming', line.textContent ?? '');
	}).observe(document, { childList: true, subtree: true });
}

/** Unix ms of the frame in which this text was first to be seen. */
export function paintedAt(page: Page, text: string): Promise<number> {
	return page.evaluate((wanted) => Reflect.get(globalThis, Symbol.for('sotto.bench.painted'))(wanted), text);
}
