/** Where the processes of a host meet the keyring's writer. */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';

export type Address = {
	/** What `listen` and `connect` of node:net take. */
	readonly path: string;
	/** Removes what a writer that was killed left behind. Only for whoever holds the writer's lock. */
	clear(): void;
	/** For its owner alone. */
	protect(): void;
	close(): void;
};

export const socketName = 'keyring.sock';
/** Bytes of sockaddr_un.sun_path with its closing zero: 108 on Linux, 104 on the BSDs and macOS. */
const pathLimit = process.platform === 'linux' ? 108 : 104;

/** A Unix socket in `folder`; on Windows a pipe that is named after it. Throws when the path is too long for the system. */
export function addressOf(folder: string): Address {
	const real = realpathSync(folder);
	if (process.platform === 'win32') return pipe(real);
	const file = path.join(real, socketName);
	const place = Buffer.byteLength(file) < pathLimit ? { path: file, close: () => undefined } : byHandle(real);
	return { ...place, clear: () => rmSync(file, { force: true }), protect: () => chmodSync(file, 0o600) };
}

/** Goes with its process by itself; its default rights let nobody write but its owner and administrators. */
function pipe(folder: string): Address {
	const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
	const nothing = () => undefined;
	return { path: `\\\\.\\pipe\\sotto-keyring-${name}`, clear: nothing, protect: nothing, close: nothing };
}

/** The same folder under a short name that needs no place of its own: the handle that this process has of it. */
function byHandle(folder: string): Pick<Address, 'path' | 'close'> {
	if (process.platform !== 'linux') {
		throw new Error(`keyring: the path of ${folder} is too long for a socket. Set KEYRING_DIR to a shorter one.`);
	}
	const handle = openSync(folder, 'r');
	return { path: `/proc/self/fd/${handle}/${socketName}`, close: () => closeSync(handle) };
}
