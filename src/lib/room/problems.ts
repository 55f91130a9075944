/** Which sentence a failure becomes on the screen. */
import { ProtocolError } from '#protocol/errors';
import type { ClientCode } from '#protocol/errors';
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import { VaultError } from '../vault/vault-error.ts';
import { RoomError } from './view.ts';
import type { EntryProblem } from './view.ts';

const byServer: Readonly<Partial<Record<FailureCode, EntryProblem>>> = {
	OFFLINE: 'server-away',
	ROOM_GONE: 'gone',
	ROOM_FULL: 'full',
	AUTH_FAILED: 'wrong-password',
	JOIN_LOCKED: 'locked',
	POW_REQUIRED: 'many-tries',
	POW_INVALID: 'many-tries',
	BUSY: 'many-tries',
	RATE_LIMITED: 'too-fast',
	ROOM_EXISTS: 'exists'
};

const byProtocol: Readonly<Partial<Record<ClientCode, EntryProblem>>> = {
	LINK_FORMAT: 'link-damaged',
	LINK_CHECKSUM: 'link-damaged',
	LINK_VERSION: 'link-version',
	PASSWORD_LENGTH: 'wrong-password',
	SHARD_TAG: 'substituted'
};

export function toProblem(error: unknown): EntryProblem {
	if (error instanceof RoomError) return error.problem;
	if (error instanceof ApiFailure) return byServer[error.code] ?? 'unexpected';
	if (error instanceof ProtocolError) return byProtocol[error.code] ?? 'unexpected';
	if (error instanceof VaultError && error.code === 'CANCELLED') return 'cancelled';
	return 'unexpected';
}

export function toRoomError(error: unknown): RoomError {
	return error instanceof RoomError ? error : new RoomError(toProblem(error));
}
