/** What a browser must have before a secret is made in it. */
import { RoomError } from './view.ts';

/** Throws `RoomError` `old-browser`. WebCrypto is missing in pages that came without TLS, too. */
export function requireSupport(): void {
	const can = 'subtle' in crypto && typeof Worker === 'function' && typeof WebSocket === 'function' && 'withResolvers' in Promise;
	if (!can) throw new RoomError('old-browser');
}
