/** Finds an account's code in what stood in a QR code. */
import { foldCode, formatCode, isCode } from '#protocol/codes';

/** In four groups; `null` for anything else. */
export function readCode(text: string): string | null {
	const code = foldCode(text);
	return isCode(code) ? formatCode(code) : null;
}
