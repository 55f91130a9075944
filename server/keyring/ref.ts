/** The keyed name under which a room's row is found: docs/PROTOCOL.md §5. */
import { createHmac } from 'node:crypto';
import type { Keyring } from './keyring.ts';

/** First 16 bytes of HMAC-SHA256(K_ref, roomId). */
export function refOf({ refKey }: Pick<Keyring, 'refKey'>, roomId: Uint8Array): Uint8Array {
	return createHmac('sha256', refKey).update(roomId).digest().subarray(0, 16);
}
