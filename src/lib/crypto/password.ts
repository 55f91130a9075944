/** A password as Argon2id is given it: docs/PROTOCOL.md §4. */
import type { Bytes } from '#protocol/bytes';
import { utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { countCodePoints, maxPasswordCodePoints, minNewPasswordCodePoints } from '#protocol/text';

/** `m` in KiB, `t` passes, `p` lanes; version 0x13, 32 bytes out. */
export type Argon2Cost = { readonly m: number; readonly t: number; readonly p: number };
export type Argon2Input = Argon2Cost & { readonly password: Bytes; readonly salt: Bytes };
export type Argon2 = (input: Argon2Input) => Promise<Bytes>;

/** Lower parameters are never used, also not where memory is short. */
export const passwordCost: Argon2Cost = { m: 65_536, t: 3, p: 1 };

/** No trimming, no case folding. Throws `PASSWORD_LENGTH` unless 1 to 128 code points remain after NFKC. */
export function encodePassword(password: string): Bytes {
	const normal = password.normalize('NFKC');
	const length = countCodePoints(normal);
	if (length < 1 || length > maxPasswordCodePoints) throw new ProtocolError('PASSWORD_LENGTH');
	return utf8(normal);
}

/** The rule for a password that is being chosen; an existing one may be shorter. */
export function isTooShort(password: string): boolean {
	return countCodePoints(password.normalize('NFKC')) < minNewPasswordCodePoints;
}
