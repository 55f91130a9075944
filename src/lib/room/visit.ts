/** A word with the server about a kept room that nobody is in: docs/PROTOCOL.md §15. */
import type { Kept } from '../vault/calls.ts';
import type { JoinRequest } from './join.ts';
import { join } from './join.ts';
import { NotKept } from './ports.ts';
import type { Entered, PageSigns, Ports } from './ports.ts';
import type { Show } from './shown.ts';
import { Stay } from './stay.ts';
import { unlessAborted } from './timers.ts';

/** Messages that came since it was last read. Takes no place, and nobody inside is told. Throws `ApiFailure`. */
export async function countUnread(
	way: Pick<JoinRequest, 'server' | 'vault' | 'clock'>,
	{ key, roomId, lastRead }: Pick<Kept, 'key' | 'roomId' | 'lastRead'>
): Promise<number> {
	const { transport, entry } = await join({ ...way, key, roomId, watch: true });
	transport.close();
	return Math.max(0, entry.headSeq - lastRead);
}

/** What is read meanwhile is read by nobody. */
function unseen(signs: PageSigns): PageSigns {
	return { ...signs, isHidden: () => true };
}

/**
 * Goes in, sends what waits, and goes. The others see somebody come in who has something to say. Resolves to the highest row when
 * nothing waits any more, or with the room's end; rejects with what `signal` was aborted for: what is left waits on.
 */
export async function sendWaiting(entered: Entered, ports: Ports, signal: AbortSignal): Promise<number> {
	const done = Promise.withResolvers<undefined>();
	let [hasBegun, waits, highest] = [false, true, 0];
	const look = () => {
		if (hasBegun && !waits) done.resolve(undefined);
	};
	const show: Show = ({ unsent, head }) => {
		highest = head ?? highest;
		if (unsent !== undefined) waits = unsent > 0;
		look();
	};
	const finish: Ports['finish'] = (ending, unsent) => {
		ports.finish(ending, unsent);
		done.resolve(undefined);
	};
	const stay = new Stay(entered, { ...ports, signs: unseen(ports.signs), finish }, show);
	try {
		await stay.begin();
		hasBegun = true;
		look();
		await unlessAborted(done.promise, signal);
		return highest;
	} finally {
		stay.stop();
		await lastWord(entered, ports);
	}
}

/** After whatever was still on its way to the disk: whoever comes next reads the record as it is. */
async function lastWord({ key }: Entered, { vault, keepsake }: Ports): Promise<void> {
	const { record } = await vault.call('settle', { key, mids: [] });
	try {
		await keepsake.write(record);
	} catch (error) {
		// What lies there is as new as what was sent.
		if (!(error instanceof NotKept)) throw error;
	}
}
