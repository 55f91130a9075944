import { afterEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { MessageItem, RoomView } from '$lib/room/view';
import './room.css';
import Thread from './Thread.svelte';

const personOf = (seq: number) => ({ fp: `f${seq}`, tag: 'T', nick: `Ada ${seq}`, colour: 0, namesake: false });
const marks = { clockOff: false, late: false, equivocal: false, fresh: false };
const says = (seq: number): MessageItem => ({
	...{ kind: 'message', id: `m${seq}`, seq, person: personOf(seq), own: false, time: 0, text: `line ${seq}`, state: 'received' },
	...marks
});

const Native = globalThis.ResizeObserver;
afterEach(() => {
	globalThis.ResizeObserver = Native;
});

/** As in a tab behind another, or on a slow device: nothing is measured until `measure` is called. */
function holdMeasuring(): { measure(): void } {
	let held: (() => void)[] | null = [];
	globalThis.ResizeObserver = class extends Native {
		constructor(heard: ResizeObserverCallback) {
			super((entries, observer) => {
				if (held === null) heard(entries, observer);
				else held.push(() => heard(entries, observer));
			});
		}
	};
	return {
		measure() {
			const waiting = held ?? [];
			held = null;
			for (const run of waiting) run();
		}
	};
}

test('what comes above the newest before anything is measured is shown, and so is the newest', async () => {
	const later = holdMeasuring();
	// Only what the list looks at.
	const roomWith = (items: readonly MessageItem[]) => ({ items, older: 'begin', cleared: false, now: 0 }) as unknown as RoomView;
	const props = { oncompose: () => undefined, onbringback: () => undefined };
	const screen = await render(Thread, { room: roomWith([says(5)]), ...props });
	await new Promise((resolve) => requestAnimationFrame(resolve));
	await screen.rerender({ room: roomWith([says(3), says(4), says(5)]), ...props });
	await new Promise((resolve) => requestAnimationFrame(resolve));
	later.measure();
	for (const seq of [3, 4, 5]) await expect.element(screen.getByText(`line ${seq}`)).toBeVisible();
});
