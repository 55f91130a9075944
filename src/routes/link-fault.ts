/** What is wrong with a link that somebody pasted, in the gate's words: they come with it. */
import { t } from '$lib/i18n/gate';
import { linkProblem } from '$lib/room/read-link';

/** `undefined` when nothing is, as far as this device can tell. */
export async function faultOfLink(code: string): Promise<string | undefined> {
	const problem = await linkProblem(code);
	const { linkDamaged, linkVersion } = t.entry;
	if (problem === 'link-damaged') return `${linkDamaged.title} ${linkDamaged.text}`;
	return problem === 'link-version' ? `${linkVersion.title} ${linkVersion.text}` : undefined;
}
