/** What nobody refers to any more still lies in memory, until something else takes its place. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

let collect: Collect | null = null;

/**
 * Takes it away: V8 fills with zeros what its most thorough collection frees (`--zero-unused-memory`, on by default). Takes tens of
 * milliseconds, in which the process does nothing else.
 */
export function sweepMemory(): void {
	if (collect === null) {
		setFlagsFromString('--expose-gc');
		// The context that the flag is for has to be younger than it.
		collect = runInNewContext('gc') as Collect;
	}
	collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
