/** What nobody refers to any more still lies in memory, until something else takes its place. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

let collect: Collect | null = null;

/** Of blocks that the C library may have free: 2 MB of each size, the large ones first, so that the small ones find the gaps. */
const blockSizes = [16_384, 4096, 3072, 2048, 1024];
const bytesOfEach = 2_000_000;

/**
 * Takes it away. V8 fills with zeros what its most thorough collection frees (`--zero-unused-memory`, on by default); what the C
 * library has free is asked for, and comes filled with zeros. Takes about a tenth of a
 * second where little is in use, in which the process does nothing else.
 */
export function sweepMemory(): void {
	collectAll();
	fillGaps();
	collectAll();
}

/** All at a time, or one and the same block would be given out again and again. */
function fillGaps(): void {
	const held: ArrayBuffer[] = [];
	for (const size of blockSizes) for (let bytes = 0; bytes < bytesOfEach; bytes += size) held.push(new ArrayBuffer(size));
}

function collectAll(): void {
	if (collect === null) {
		setFlagsFromString('--expose-gc');
		// The context that the flag is for has to be younger than it.
		collect = runInNewContext('gc') as Collect;
	}
	collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
