/** What happens in a room while a reader's backlog is being read: kept in order, and measured. */
import type { RoomEvent } from './bus.ts';

type Presence = Extract<RoomEvent, { kind: 'presence' }>;

/** About what an event takes besides its envelope, and what a tag takes that is going to be merged with others. */
const eventBytes = 256;
const presenceBytes = 16;

export class Held {
	/** About as many as its events will take on the wire. */
	bytes = 0;
	readonly #events: RoomEvent[] = [];

	add(event: RoomEvent): void {
		this.#events.push(event);
		this.bytes += event.kind === 'presence' ? presenceBytes : eventBytes + (event.kind === 'envelope' ? event.env.length : 0);
	}

	/** Hundreds may come back at once, each with a backlog of its own: what they say in a row becomes one event. */
	merged(): readonly RoomEvent[] {
		const events: RoomEvent[] = [];
		let run: Presence[] = [];
		const endRun = () => {
			events.push(...merge(run));
			run = [];
		};
		for (const event of this.#events) {
			if (event.kind === 'presence') run.push(event);
			else {
				endRun();
				events.push(event);
			}
		}
		endRun();
		return events;
	}
}

/** Who came and left, or left and came back, is not spoken of: nothing was said in between that would need it. */
function merge(run: readonly Presence[]): readonly Presence[] {
	const last = run.at(-1);
	if (last === undefined || run.length === 1) return run;
	const [joined, left] = [new Set<string>(), new Set<string>()];
	for (const event of run) {
		for (const tag of event.joined) if (!left.delete(tag)) joined.add(tag);
		for (const tag of event.left) if (!joined.delete(tag)) left.add(tag);
	}
	return [{ kind: 'presence', count: last.count, joined: [...joined], left: [...left] }];
}
