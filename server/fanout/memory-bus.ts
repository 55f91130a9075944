/** The bus of one process. */
import type { Bus, RoomEvent } from './bus.ts';

type Listener = (event: RoomEvent) => void;

export function createMemoryBus(): Bus {
	const rooms = new Map<string, Set<Listener>>();
	return {
		publish(ref, event) {
			const listeners = rooms.get(ref);
			if (listeners === undefined) return;
			for (const listener of listeners) listener(event);
		},
		subscribe(ref, listener) {
			const listeners = rooms.get(ref) ?? new Set<Listener>();
			rooms.set(ref, listeners);
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
				if (listeners.size === 0 && rooms.get(ref) === listeners) rooms.delete(ref);
			};
		}
	};
}
