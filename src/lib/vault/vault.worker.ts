/** The worker that holds the keys: messages in, the keeper's answers out. */
import { warmUp } from '../crypto/suite.ts';
import { answer } from './answer.ts';
import type { Progress, Reply, Request } from './calls.ts';
import type { KdfPort } from './kdf-calls.ts';
import { KdfClient } from './kdf.ts';
import { createKeeper } from './keeper.ts';

/** Who only wants to see which rooms are here signs nothing, and waits for nothing. */
const warmUpMs = 500;
const tell = (message: Progress | Reply): void => postMessage(message);
const kdf = new KdfClient({ now: () => performance.now(), onProgress: (progress) => tell({ progress }) });
const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));
const keeper = createKeeper({ random, kdf, now: () => Date.now() });

addEventListener('message', ({ data }: MessageEvent<KdfPort | Request>) => {
	if ('kdf' in data) return kdf.attach(data.kdf);
	void answer(keeper, data, (error) => setTimeout(reportError, 0, error)).then(tell);
});
setTimeout(warmUp, warmUpMs);
