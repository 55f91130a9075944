/** Opens a room on this page: keys and card from the vault, a row at the server, then the way that everybody takes in. */
import type { OpenAnswers, Ports } from './draft.ts';
import { openDraft } from './draft.ts';
import { enter } from './enter.ts';
import { guardPage } from './page-guard.ts';
import { pageServer } from './page-server.ts';
import { pageVault } from './page-vault.ts';
import { toRoomError } from './problems.ts';
import { requireSupport } from './support.ts';
import { pause } from './timers.ts';
import { NoToken } from './view.ts';
import type { RoomView } from './view.ts';

export type Opener = {
	/** 0 to 1 while the key is made. */
	readonly onProgress: (progress: number) => void;
	/** Stops it, however far it is, with what it is aborted for. */
	readonly signal: AbortSignal;
};

/** The new room is `current.room` then. Throws `NoToken` and `RoomError`. */
export async function openRoom(answers: OpenAnswers, { onProgress, signal }: Opener): Promise<RoomView> {
	requireSupport();
	guardPage();
	const vault = pageVault();
	const unwatch = vault.onProgress(onProgress);
	const stop = (): void => void vault.call('cancel', {}).catch(reportError);
	signal.addEventListener('abort', stop);
	const ports: Ports<RoomView> = { vault, http: pageServer().http, enter, pause };
	try {
		signal.throwIfAborted();
		return await openDraft(ports, answers, signal);
	} catch (error) {
		throw error instanceof NoToken ? error : toRoomError(error);
	} finally {
		signal.removeEventListener('abort', stop);
		unwatch();
	}
}
