/** Puts what a run printed into docs/PERFORMANCE.md, so that no number there is copied by hand. Pure. */

/** `place`: which of the document's places for runs. Throws when it has none of this name. */
export function withRun(document: string, run: string, place: 'run' | 'endings' = 'run'): string {
	const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
	const [from, to] = [document.indexOf(begin), document.indexOf(end)];
	if (from === -1 || to < from) throw new Error(`document: expected ${begin} and ${end}`);
	return `${document.slice(0, from + begin.length)}\n\n${run}\n\n${document.slice(to)}`;
}
