/** The code of an invite link: docs/PROTOCOL.md §3. */
import type { Bytes } from '#protocol/bytes';
import { concat, equalBytes, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { codeLength } from '#protocol/invite';
import { parseByte0, protocolVersion, versionOf } from '#protocol/mode';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { hash } from './suite.ts';

export type Link = { readonly byte0: number; readonly secret: Bytes };

const secretEnd = 33;

function checkOf(link: Link): Bytes {
	return hash(utf8('epr/1/link'), u8(link.byte0), link.secret).subarray(0, 2);
}

/** 56 characters; `secret` has 32 bytes. */
export function encodeLink(link: Link): string {
	return encodeBase32(concat(u8(link.byte0), link.secret, checkOf(link)));
}

/** Throws `ProtocolError`: `LINK_FORMAT`, `LINK_CHECKSUM`, `LINK_VERSION`, in this order. */
export function decodeLink(code: string): Link {
	const bytes = code.length === codeLength ? decodeBase32(code) : null;
	const byte0 = bytes?.[0];
	if (!bytes || byte0 === undefined) throw new ProtocolError('LINK_FORMAT');
	const link = { byte0, secret: bytes.slice(1, secretEnd) };
	if (!equalBytes(checkOf(link), bytes.subarray(secretEnd))) throw new ProtocolError('LINK_CHECKSUM');
	if (versionOf(byte0) !== protocolVersion) throw new ProtocolError('LINK_VERSION');
	if (parseByte0(byte0) === null) throw new ProtocolError('LINK_FORMAT');
	return link;
}
