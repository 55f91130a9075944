/** The baseline's own few words (baseline.ts), with the same outer shape as ours, so that reading them costs the client the same. */
import { createHash } from 'node:crypto';
import { proveAccess } from './room.ts';
import type { Wire } from './wire.ts';

export function createBareWire(origin: string): Wire {
	const originHash = createHash('sha256').update(origin).digest();
	const letters = (bytes: Buffer) => bytes.toString('base64url');
	return {
		address: (port) => ({ port, path: '/' }),
		async greet(connection) {
			connection.send('{"op":"hello"}');
			await connection.greeting;
		},
		// No hello here: the least way in is one request.
		async enter(connection, room) {
			// The bare server doesn't look at it: the signature is made here so that a join costs both clients the same.
			const { proof } = proveAccess(room, originHash, originHash);
			await connection.request('j0', JSON.stringify({ id: 'j0', op: 'join', room: letters(room.id), proof: letters(proof) }));
		},
		createText: (id, room) => {
			const sealed = Buffer.concat([room.shard, room.accessPub, room.shardTag]);
			return JSON.stringify({ id, op: 'create', room: letters(room.id), sealed: letters(sealed), card: letters(room.card) });
		},
		postText: (id, env, mode) => JSON.stringify({ id, op: mode === 'stored' ? 'post' : 'relay', env }),
		historyText: (id, before) => JSON.stringify({ id, op: 'history', before, limit: 50 })
	};
}
