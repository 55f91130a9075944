/** Opens a room: keys and card from the vault, a row at the server, then the way that everybody takes in. */
import type { Author } from '../vault/calls';
import type { Mode } from '#protocol/mode';
import { RoomError } from './view';
import type { RoomView } from './view';

export type OpenAnswers = {
	readonly mode: Mode;
	/** Empty: a room without a name. */
	readonly roomName: string;
	readonly password?: string;
	/** People limit, the opener included. */
	readonly people: number;
	/** Absent: the plan's only one. */
	readonly lifetimeSeconds?: number;
	/** Absent: made up here. */
	readonly author?: Author;
	/** 0 to 1 while the key is made. */
	readonly onProgress?: (progress: number) => void;
};

/** The new room is `current.room` then. Throws `RoomError`; `cancelled` after `cancelOpening`. */
export async function openRoom(_answers: OpenAnswers): Promise<RoomView> {
	await Promise.resolve();
	throw new RoomError('unexpected');
}

/** Stops making the key of a room that is being opened. */
export function cancelOpening(): void {
	throw new RoomError('unexpected');
}
