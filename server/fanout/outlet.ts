/** Where the frames of one subscription go: made by the socket's edge, written to by the room's feed. */
import type { RoomEvent } from './bus.ts';

/**
 * The payload of one event for one document, as JSON text: what executing the document for the event gives. The function's
 * identity stands for the document, so that an event is rendered once for all readers that share it.
 */
export type Render = (event: RoomEvent) => string;

export interface Outlet {
	readonly render: Render;
	/** The client's name for the operation. Readers with the same name and document share the bytes of their frames. */
	readonly operationId: string;
	/** The client went away or called the subscription off. Asked for until the backlog is written; afterwards the stream's `return` says it. */
	readonly calledOff: boolean;
	/** Bytes that the socket has not taken yet. */
	buffered(): number;
	/** Whole WebSocket frames, made by `frame.ts`; shared with other sockets, so never written into. */
	write(frames: Uint8Array): void;
	/** The subscription is over: nothing more will be written. */
	ended(): void;
	/** Closes the socket, after what was written before. */
	close(code: number, reason: string): void;
}
