/** Resolves with whether the browser let us. */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// Refused, or not there on an insecure page: the caller says so.
		return false;
	}
}
