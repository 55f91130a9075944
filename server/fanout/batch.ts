/** Events that go out together, and their frames: rendered once per document, framed once per document and operation id. */
import type { RoomEvent } from './bus.ts';
import { nextFrame } from './frame.ts';
import type { Outlet, Render } from './outlet.ts';

type Rendering = { readonly payloads: readonly string[]; readonly frames: Map<string, Buffer> };

export class Batch {
	readonly events: readonly RoomEvent[];
	/** Of the rows in it; 0 when there are none. */
	readonly lastSeq: number;
	readonly gone: boolean;
	readonly #firstSeq: number;
	readonly #renderings = new Map<Render, Rendering>();

	constructor(events: readonly RoomEvent[]) {
		const rows = events.map(rowOf).filter((seq) => seq > 0);
		this.events = events;
		this.#firstSeq = Math.min(...rows);
		this.lastSeq = Math.max(0, ...rows);
		this.gone = events.some((event) => event.kind === 'gone');
	}

	/** Without the rows up to `seq`; `null` when nothing is left. */
	above(seq: number): Batch | null {
		if (this.#firstSeq > seq) return this;
		const events = this.events.filter((event) => rowOf(event) === 0 || rowOf(event) > seq);
		return events.length === 0 ? null : new Batch(events);
	}

	/** The frames of all events in order, as one piece. */
	framesFor({ render, operationId }: Pick<Outlet, 'render' | 'operationId'>): Buffer {
		const rendering = this.#render(render);
		const made = rendering.frames.get(operationId);
		if (made !== undefined) return made;
		const [only, ...more] = rendering.payloads.map((payload) => nextFrame(operationId, payload));
		const frames = only !== undefined && more.length === 0 ? only : Buffer.concat(only === undefined ? [] : [only, ...more]);
		rendering.frames.set(operationId, frames);
		return frames;
	}

	#render(render: Render): Rendering {
		const known = this.#renderings.get(render);
		if (known !== undefined) return known;
		const rendering = { payloads: this.events.map(render), frames: new Map<string, Buffer>() };
		this.#renderings.set(render, rendering);
		return rendering;
	}
}

/** The number of a row that the event brings or replays; 0 for everything that is not a row. */
function rowOf(event: RoomEvent): number {
	return event.kind === 'envelope' ? event.seq : 0;
}
