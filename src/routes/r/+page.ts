import { current } from '$lib/room/current.svelte';

/** All of the page is there before it is shown: what can't be fetched then the router tells, and nobody has joined anything. */
export async function load() {
	return { gates: current.room === null ? await import('./gates') : null };
}
