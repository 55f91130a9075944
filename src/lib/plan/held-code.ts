/** The Pro code that goes when this device is erased. */
import { readAccountCode } from '../storage/account.ts';

/** 16 characters without dashes; `null` when this device has none, or it can't be read. */
export function readHeldCode(): Promise<string | null> {
	return readAccountCode().catch(() => null);
}
