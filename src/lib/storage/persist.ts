/** Something lies here that nobody could fetch again. */

/** Asks the browser not to clear it by itself when the disk gets full; some browsers ask the person. */
export async function askToPersist(): Promise<void> {
	if (!('storage' in navigator) || !('persist' in navigator.storage)) return;
	if (!(await navigator.storage.persisted())) await navigator.storage.persist();
}
