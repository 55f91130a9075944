/** Small files that are whole or not there at all. */
import { link, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from './codes.ts';
import { systemDisk } from './disk.ts';

export type SecretFile = {
	readonly folder: string;
	readonly name: string;
	readonly size: number;
	readonly randomBytes: (size: number) => Uint8Array;
};
export type SmallFile = Omit<SecretFile, 'size'> & { readonly bytes: Uint8Array };

/** The file's bytes; drawn at random and written first when it isn't there. Processes that start at once agree. Throws on another size. */
export async function readOrMake(file: SecretFile): Promise<Uint8Array> {
	return (await readSized(file)) ?? (await make(file));
}

/** `null` when there is no such file. Throws on another size. */
export async function readSized({ folder, name, size }: Omit<SecretFile, 'randomBytes'>): Promise<Uint8Array | null> {
	try {
		const bytes = await readFile(path.join(folder, name));
		if (bytes.length !== size) throw new Error(`keyring: expected ${size} bytes in ${name}, got ${bytes.length}`);
		return new Uint8Array(bytes);
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return null;
		throw error;
	}
}

async function make({ folder, name, size, randomBytes }: SecretFile): Promise<Uint8Array> {
	const bytes = randomBytes(size);
	await writeOnce({ folder, name, bytes, randomBytes });
	bytes.fill(0);
	const made = await readSized({ folder, name, size });
	if (made === null) throw new Error(`keyring: ${name} was taken away`);
	return made;
}

/** Somebody else's that was there first stays. */
async function writeOnce({ folder, name, bytes, randomBytes }: SmallFile): Promise<void> {
	const draft = await writeDraft({ folder, name, bytes, randomBytes });
	try {
		// link, unlike rename, refuses to replace what another process has put there meanwhile.
		await link(draft, path.join(folder, name));
	} catch (error) {
		if (!hasCode(error, 'EEXIST')) throw error;
	} finally {
		await rm(draft);
	}
	await systemDisk.syncFolder(folder);
}

/** In the place of what was there. */
export async function writeAnew({ folder, name, bytes, randomBytes }: SmallFile): Promise<void> {
	await rename(await writeDraft({ folder, name, bytes, randomBytes }), path.join(folder, name));
	await systemDisk.syncFolder(folder);
}

async function writeDraft({ folder, name, bytes, randomBytes }: SmallFile): Promise<string> {
	const draft = path.join(folder, `.${name}.${Buffer.from(randomBytes(8)).toString('hex')}`);
	const open = await systemDisk.make(draft);
	try {
		await open.write(bytes, 0);
		await open.datasync();
	} finally {
		await open.close();
	}
	return draft;
}
