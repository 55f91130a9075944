/** Puts what a run printed into docs/PERFORMANCE.md, so that no number there is copied by hand. Pure. */

const begin = '<!-- run: begin -->';
const end = '<!-- run: end -->';

/** Throws when the document has no place for it. */
export function withRun(document: string, run: string): string {
	const [from, to] = [document.indexOf(begin), document.indexOf(end)];
	if (from === -1 || to < from) throw new Error(`document: expected ${begin} and ${end}`);
	return `${document.slice(0, from + begin.length)}\n\n${run}\n\n${document.slice(to)}`;
}
