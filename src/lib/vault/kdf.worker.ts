/** The worker for Argon2id: alone with WebAssembly, one file without imports when built (docs/PROTOCOL.md §4). */
import type { Bytes } from '#protocol/bytes';
import { solveWork } from '../crypto/work.ts';
import { argon2 } from './argon2.ts';
import type { KdfPort, KdfReply, KdfRequest } from './kdf-calls.ts';

function run(request: KdfRequest): Promise<Bytes> {
	return request.name === 'derive' ? argon2(request.input) : solveWork(argon2, request.input);
}

async function answer(request: KdfRequest): Promise<KdfReply> {
	try {
		return { id: request.id, ok: true, result: await run(request) };
	} catch (error) {
		return { id: request.id, ok: false, reason: String(error) };
	}
}

addEventListener('message', ({ data: { kdf } }: MessageEvent<KdfPort>) => {
	if (kdf) kdf.onmessage = ({ data }: MessageEvent<KdfRequest>) => void answer(data).then((reply) => kdf.postMessage(reply));
});
