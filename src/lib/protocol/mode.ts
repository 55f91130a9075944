/** A room's mode and the first byte of its link: docs/PROTOCOL.md §3. */

export const modes = ['stored', 'relayed', 'direct'] as const;
export type Mode = (typeof modes)[number];

export type RoomKind = { readonly mode: Mode; readonly password: boolean };

export const protocolVersion = 1;

export function formatByte0(kind: RoomKind): number {
	return (protocolVersion << 4) | (modes.indexOf(kind.mode) << 2) | (kind.password ? 2 : 0);
}

/** `null` when the version is right and the rest is not; a caller tells other versions apart with `versionOf`. */
export function parseByte0(byte0: number): RoomKind | null {
	const mode = modes[(byte0 >> 2) & 3];
	if (versionOf(byte0) !== protocolVersion || mode === undefined || (byte0 & 1) !== 0) return null;
	return { mode, password: (byte0 & 2) !== 0 };
}

export function versionOf(byte0: number): number {
	return byte0 >> 4;
}
