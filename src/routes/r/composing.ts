/** What a key does in the composer, and when the number of characters left is shown. Pure. */

export type PressedKey = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing' | 'keyCode'>;

/** Reported while an input method is open, by browsers that end the composition before they report the key. */
const imeKeyCode = 229;
const shownFrom = 100;

/** Whether this key sends. With the setting off only Ctrl or Cmd with Enter does. */
export function sendsOn(key: PressedKey, enterSends: boolean): boolean {
	if (key.key !== 'Enter' || key.isComposing || key.keyCode === imeKeyCode) return false;
	if (key.ctrlKey || key.metaKey) return true;
	return enterSends && !key.shiftKey && !key.altKey;
}

/** The ring is there from a hundred characters left. */
export function showsLeft(left: number): boolean {
	return left <= shownFrom;
}

/** Messages left that are few enough to say: a tenth of what the room takes, and five at the least. */
export function fewLeft(used: number, cap: number): boolean {
	return cap - used <= Math.max(5, Math.floor(cap / 10));
}
