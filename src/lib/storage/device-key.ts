/** The key that what is private lies under on this device: no script can read its bytes (docs/PROTOCOL.md §15). */
import type { Database, Key } from './database.ts';

const place: Key = ['device'];

/** Made on first use. Two tabs that are the first at once end up with the same one. */
export async function deviceKey(database: Database): Promise<CryptoKey> {
	const held = await database.read((reading) => reading.get('keys', place));
	if (held instanceof CryptoKey) return held;
	const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
	return database.transact(async (transaction) => {
		const first = await transaction.get('keys', place);
		if (first instanceof CryptoKey) return first;
		transaction.put('keys', place, made);
		return made;
	});
}
