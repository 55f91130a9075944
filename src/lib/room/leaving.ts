/** The last words: a goodbye that keeps nobody in, and a purge that insists. */
import { ApiFailure } from '../api/failure.ts';
import type { Transport } from '../transport/transport.ts';
import type { Mail } from './mail.ts';
import { pause, withinTime } from './timers.ts';

const farewellMs = 3000;
const purgeTries = 5;
const busyMs = 1000;
const passOnMs = 250;

/** Never throws: a farewell that nobody hears must not keep anybody in the room. */
export async function sayGoodbye(mail: Mail, transport: Transport): Promise<void> {
	const goodbye = async () => {
		// Unsaid, because this device keeps nothing any more, the server tells them.
		await mail.say({ type: 'bye' }).catch(() => undefined);
		await transport.leave();
	};
	await withinTime(goodbye(), farewellMs).catch(() => undefined);
}

/** Tells the others, then the server, again while it is only busy. Throws `ApiFailure`; the others may have wiped by then. */
export async function purgeRoom(mail: Pick<Mail, 'say'>, transport: Pick<Transport, 'purge'>): Promise<void> {
	// The server tells everybody too, only later than their own words would: unheard, it must not keep the room alive.
	await withinTime(mail.say({ type: 'purge' }), farewellMs).catch(() => undefined);
	for (let tries = 1; ; tries++) {
		try {
			return await transport.purge();
		} catch (error) {
			const code = error instanceof ApiFailure ? error.code : null;
			if (code === 'ROOM_GONE' || code === 'NO_SESSION') return;
			if (code === null || code === 'OFFLINE' || tries === purgeTries) throw error;
			await pause(busyMs).done;
		}
	}
}

/**
 * Another's word that the room is purged, which the server may never have heard: whoever hears it tells the server, as any of us
 * may. Never throws, and waits for the answer only as long as nobody notices: the others are telling it too.
 */
export async function passPurgeOn(transport: Pick<Transport, 'purge'> | null): Promise<void> {
	if (transport !== null) await withinTime(transport.purge(), passOnMs).catch(() => undefined);
}
