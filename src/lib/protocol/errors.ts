/** The closed lists of error codes: docs/PROTOCOL.md §20. */

export const serverCodes = [
	'ROOM_GONE',
	'AUTH_FAILED',
	'JOIN_LOCKED',
	'ROOM_FULL',
	'POW_REQUIRED',
	'POW_INVALID',
	'TOKEN_INVALID',
	'TOKEN_SPENT',
	'QUOTA_MESSAGES',
	'RATE_LIMITED',
	'ENV_LENGTH',
	'BLOB_STATE',
	'QUOTA_FILES',
	'ROOM_EXISTS',
	'BAD_INPUT',
	'NO_SESSION',
	'ACCOUNT',
	'VOUCHER',
	'PERSISTED_ONLY',
	'BUSY',
	'INTERNAL'
] as const;
export type ServerCode = (typeof serverCodes)[number];

export const clientCodes = [
	'LINK_FORMAT',
	'LINK_CHECKSUM',
	'LINK_VERSION',
	'PASSWORD_LENGTH',
	'SHARD_TAG',
	'ENV_VERSION',
	'ENV_HEADER',
	'ENV_LENGTH',
	'COMMIT',
	'AEAD',
	'PADDING',
	'BURN',
	'BODY_SHORT',
	'NICK',
	'COLOUR',
	'TIME',
	'SEEN',
	'UTF8',
	'TYPE_KIND',
	'FS_DOWNGRADE',
	'SIGNATURE',
	'TEXT_LENGTH',
	'X25519',
	'MANIFEST',
	'FILE_DIGEST',
	'FILE_CHUNK',
	'FILE_PADDING',
	'FILE_SIZE',
	'ACCOUNT',
	'TOKEN_PROOF'
] as const;
export type ClientCode = (typeof clientCodes)[number];

/** A check of the protocol that failed. The code is all that it says: never a value. */
export class ProtocolError extends Error {
	readonly code: ClientCode;

	constructor(code: ClientCode) {
		super(code);
		this.name = 'ProtocolError';
		this.code = code;
	}
}

export function isServerCode(value: unknown): value is ServerCode {
	return serverCodes.some((code) => code === value);
}
