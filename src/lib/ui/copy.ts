/** Copying, and taking a copied password back out of the clipboard. */

/** How long a copied password stays, in milliseconds. */
export const passwordStaysMs = 60_000;

let keepWhatIsThere: () => void = () => undefined;

/** Resolves with whether the browser let us. */
export async function copyText(text: string): Promise<boolean> {
	const copied = await write(text);
	if (copied) keepWhatIsThere();
	return copied;
}

/** Empties the clipboard a minute later, or when the page goes, unless something else was copied in this page meanwhile. */
export async function copyPassword(password: string): Promise<boolean> {
	if (!(await copyText(password))) return false;
	const listening = new AbortController();
	const { signal } = listening;
	const timer = setTimeout(clear, passwordStaysMs);
	keepWhatIsThere = () => {
		clearTimeout(timer);
		listening.abort();
	};
	for (const way of ['copy', 'cut']) document.addEventListener(way, keepWhatIsThere, { signal });
	addEventListener('pagehide', clear, { signal });
	return true;
}

function clear(): void {
	keepWhatIsThere();
	// A page without focus may not write: then the password stays, as the sentence beside the button says.
	void write('');
}

async function write(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// Refused, or not there on an insecure page: the caller says so.
		return false;
	}
}
