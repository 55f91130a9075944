/** Opens a room: keys and card from the vault, a row at the server, then the way that everybody takes in. */
import { createRoom } from '../api/rooms.ts';
import type { Author } from '../vault/calls.ts';
import type { Mode } from '#protocol/mode';
import { ApiFailure } from '../api/failure.ts';
import { enter } from './enter.ts';
import { guardPage } from './page-guard.ts';
import { suggestAlias } from './nick.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import { toRoomError } from './problems.ts';
import { requireSupport } from './support.ts';
import { pageServer } from './page-server.ts';
import { unlessAborted } from './timers.ts';
import { RoomError } from './view.ts';
import type { RoomView } from './view.ts';

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

const tries = 3;
let opening: AbortController | null = null;

/** The new room is `current.room` then. Throws `RoomError`; `cancelled` after `cancelOpening`. */
export async function openRoom(answers: OpenAnswers): Promise<RoomView> {
	requireSupport();
	guardPage();
	const vault = pageVault();
	const stop = vault.onProgress((progress) => answers.onProgress?.(progress));
	const { signal } = (opening = new AbortController());
	try {
		return await open(answers, signal);
	} catch (error) {
		throw toRoomError(error);
	} finally {
		stop();
	}
}

/** Stops the opening of a room, however far it is. */
export function cancelOpening(): void {
	opening?.abort(new RoomError('cancelled'));
	pageVault().call('cancel', {}).catch(reportError);
}

async function open(answers: OpenAnswers, signal: AbortSignal): Promise<RoomView> {
	const { mode, roomName, password, people, lifetimeSeconds, author } = answers;
	const vault = pageVault();
	const known = password === undefined ? {} : { password };
	const me = author ?? suggestAlias();
	const made = await vault.call('create', { mode, roomName: roomName.normalize('NFC'), author: me, ...known });
	try {
		const lifetime = lifetimeSeconds === undefined ? {} : { lifetimeSeconds };
		await unlessAborted(register({ ...made, people, ...lifetime }), signal);
		return await enter({ ...made, mode, author: me, ...known }, signal);
	} catch (error) {
		await forgetKey(vault, made.key);
		throw error;
	}
}

/** The same values get the same answer, so that an answer that was lost is asked for again. */
async function register(room: Parameters<typeof createRoom>[1]): Promise<void> {
	for (let n = 1; ; n++) {
		try {
			await createRoom(pageServer().http, room);
			return;
		} catch (error) {
			if (n === tries || !(error instanceof ApiFailure) || error.code !== 'OFFLINE') throw error;
		}
	}
}
