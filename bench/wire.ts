/** What the load generator must know of a system that it speaks to. Everything else is the same for both. */
import type { Address } from './client.ts';
import type { Connection } from './connection.ts';
import type { Room } from './room.ts';

export type Wire = {
	address(port: number): Address;
	/** The first words on a new socket; resolves with the server's answer to them. */
	greet(connection: Connection): Promise<void>;
	/** All that a new socket needs before it is in the room; resolves when what happens there arrives at it. */
	enter(connection: Connection, room: Room): Promise<void>;
	createText(id: string, room: Room): string;
	/** `env`: base64url. To a room of this mode. */
	postText(id: string, env: string, mode: Room['mode']): string;
	/** The 50 rows below `before`. */
	historyText(id: string, before: number): string;
};
