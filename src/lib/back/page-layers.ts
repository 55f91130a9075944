/** The layers of this page. */
import { depthOf, Layers } from './layers.ts';

export const layers = new Layers({
	get state(): unknown {
		return history.state;
	},
	push: (state) => history.pushState(state, '', location.pathname),
	go: (delta) => history.go(delta)
});

/** Read before the router begins, which writes the entry anew. */
const left = typeof history === 'undefined' ? 0 : depthOf(history.state);

/** From now on Back closes what lies open, and a reload leaves no entry behind that closes nothing. */
export function watchBack(): () => void {
	const ended = new AbortController();
	addEventListener('popstate', moved, { signal: ended.signal });
	layers.forget(left);
	return () => ended.abort();
}

/** A link to a place in the page makes an entry too, without a state: it closes nothing. */
function moved(event: PopStateEvent): void {
	if (event.state !== null || location.hash === '') layers.moved();
}
