import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Surroundings } from './quiet.ts';
import { whenQuiet } from './quiet.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function page(facts: { saves?: boolean; hidden?: boolean; online?: boolean } = {}) {
	let stir = (): void => undefined;
	const around: Surroundings = {
		savesData: () => facts.saves ?? false,
		isHidden: () => facts.hidden ?? false,
		isOnline: () => facts.online ?? true,
		watch: (stirred) => {
			stir = stirred;
			return () => (stir = () => undefined);
		}
	};
	const begin = vi.fn();
	return { facts, begin, stop: whenQuiet(begin, around), stir: () => stir() };
}

test('work begins after two quiet seconds, once', () => {
	const { begin, stir } = page();
	vi.advanceTimersByTime(1999);
	stir();
	vi.advanceTimersByTime(1999);
	expect(begin).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(begin).toHaveBeenCalledOnce();
	stir();
	vi.advanceTimersByTime(10_000);
	expect(begin).toHaveBeenCalledOnce();
});

test('who types on and on finds it begun after four seconds', () => {
	const { begin, stir } = page();
	for (let ms = 500; ms < 4000; ms += 500) {
		vi.advanceTimersByTime(500);
		stir();
	}
	expect(begin).not.toHaveBeenCalled();
	vi.advanceTimersByTime(500);
	expect(begin).toHaveBeenCalledOnce();
});

test('never under data saver, however quiet', () => {
	const { begin, stir } = page({ saves: true });
	vi.advanceTimersByTime(10_000);
	stir();
	vi.advanceTimersByTime(10_000);
	expect(begin).not.toHaveBeenCalled();
});

test('a hidden page and one that is offline wait until they are not', () => {
	for (const [fact, better] of [
		[{ hidden: true }, { hidden: false }],
		[{ online: false }, { online: true }]
	] as const) {
		const { begin, facts, stir } = page({ ...fact });
		vi.advanceTimersByTime(10_000);
		expect(begin).not.toHaveBeenCalled();
		Object.assign(facts, better);
		stir();
		vi.advanceTimersByTime(2000);
		expect(begin).toHaveBeenCalledOnce();
	}
});

test('a page that is left begins nothing', () => {
	const { begin, stop } = page();
	stop();
	vi.advanceTimersByTime(10_000);
	expect(begin).not.toHaveBeenCalled();
});
