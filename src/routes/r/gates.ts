/** What stands before a room: whoever opens one never sees it, and does without its code. */
export { Gate } from '$lib/room/gate.svelte';
export { KeptGate } from '$lib/room/kept-gate.svelte';
export { default as GateScreen } from './GateScreen.svelte';
export { default as LinkIncomplete } from './LinkIncomplete.svelte';
