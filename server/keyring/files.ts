/** Small secret files that are made once, whole or not at all. */
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from './codes.ts';
import { systemDisk } from './disk.ts';

export type SecretFile = {
	readonly folder: string;
	readonly name: string;
	readonly size: number;
	readonly randomBytes: (size: number) => Uint8Array;
};

/** The file's bytes; drawn at random and written first when it isn't there. Processes that start at once agree. Throws on another size. */
export async function readOrMake({ folder, name, size, randomBytes }: SecretFile): Promise<Uint8Array> {
	const file = path.join(folder, name);
	const bytes = (await readIfThere(file)) ?? (await make({ folder, name, size, randomBytes }));
	if (bytes.length !== size) throw new Error(`keyring: expected ${size} bytes in ${name}, got ${bytes.length}`);
	return new Uint8Array(bytes);
}

export async function makeFolder(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
}

async function make({ folder, name, size, randomBytes }: SecretFile): Promise<Buffer> {
	const file = path.join(folder, name);
	const draft = path.join(folder, `.${name}.${Buffer.from(randomBytes(8)).toString('hex')}`);
	const secret = randomBytes(size);
	await writeDurably(draft, secret);
	secret.fill(0);
	try {
		// link, unlike rename, refuses to replace what another process has put there meanwhile.
		await link(draft, file);
	} catch (error) {
		if (!hasCode(error, 'EEXIST')) throw error;
	} finally {
		await rm(draft);
	}
	await systemDisk.syncFolder(folder);
	return readFile(file);
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
	const handle = await open(file, 'wx', 0o600);
	try {
		await handle.writeFile(bytes);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

export async function readIfThere(file: string): Promise<Buffer | null> {
	try {
		return await readFile(file);
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return null;
		throw error;
	}
}
