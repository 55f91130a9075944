/** What a link's code says, by the key worker: docs/PROTOCOL.md §3. */
import type { Bytes } from '#protocol/bytes';
import type { Mode } from '#protocol/mode';
import { forgetKey, pageVault } from './page-vault.ts';
import { toProblem } from './problems.ts';
import type { EntryProblem } from './view.ts';

export type LinkRead = {
	readonly mode: Mode;
	readonly password: boolean;
	readonly roomId: Bytes;
	readonly storageKey: string;
};

/** `code`: 56 characters. Throws `ProtocolError`: `LINK_FORMAT`, `LINK_CHECKSUM`, `LINK_VERSION`. Its key is forgotten again. */
export async function readLink(code: string): Promise<LinkRead> {
	const vault = pageVault();
	const { key, ...read } = await vault.call('readLink', { code });
	await forgetKey(vault, key);
	return read;
}

/** What keeps a link from being one; `null` when nothing does. */
export async function linkProblem(code: string): Promise<EntryProblem | null> {
	try {
		await readLink(code);
		return null;
	} catch (error) {
		return toProblem(error);
	}
}
