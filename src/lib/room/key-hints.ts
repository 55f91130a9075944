/** Which key for free tokens the people here were given, as they say: a server that gives each a key of their own knows who opens a room (docs/PROTOCOL.md §16). Pure. */
import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import { periodOf } from '#protocol/tokens';

export class KeyHints {
	/** By month: the first that was heard. */
	readonly #first = new Map<number, string>();

	/** `hint`: 4 bytes, zeros when unknown; `time`: unix ms, when it was said. True when it is not what was heard before of that month. */
	heard(hint: Bytes, time: number): boolean {
		if (hint.every((byte) => byte === 0)) return false;
		const period = periodOf(time);
		const text = toHex(hint);
		const first = this.#first.get(period) ?? text;
		this.#first.set(period, first);
		return first !== text;
	}
}
