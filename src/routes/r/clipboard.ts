/** Copying, and taking a copied password back out of the clipboard. */

/** How long a copied password stays, in milliseconds. */
export const passwordStaysMs = 60_000;

let clearing: ReturnType<typeof setTimeout> | undefined;

/** Whether the browser allowed it. */
export async function copyText(text: string): Promise<boolean> {
	clearTimeout(clearing);
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// Blocked by the browser or the page's permissions: the caller says so.
		return false;
	}
}

/** Overwrites the clipboard a minute later, unless something else was copied in this page meanwhile. */
export async function copyPassword(password: string): Promise<boolean> {
	const copied = await copyText(password);
	if (!copied) return false;
	const keep = (): void => clearTimeout(clearing);
	document.addEventListener('copy', keep, { once: true });
	clearing = setTimeout(() => {
		document.removeEventListener('copy', keep);
		// A page without focus may not write: then the password stays, as the sentence beside the button says.
		void copyText('');
	}, passwordStaysMs);
	return true;
}
