/** Looking for texts in everything that lies below a folder, in whatever form they were written. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Every form in which a text could stand in a file: plain, UTF-16, hex, base64 and base64url at each alignment. */
export function forms(marker: string): Buffer[] {
	const plain = Buffer.from(marker, 'utf8');
	const utf16 = Buffer.from(marker, 'utf16le');
	const hex = plain.toString('hex');
	const base64 = [0, 1, 2].flatMap((shift) => {
		const whole = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
		// The first and last groups mix in neighbours, so only what is the marker's own is looked for.
		const own = whole.slice(Math.ceil((shift * 4) / 3), whole.length - 4);
		return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
	});
	return [plain, utf16, Buffer.from(utf16).swap16(), ...[hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text))];
}

/** Paths of all files, in its folders too. */
export function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name));
}

/** Empty when the database took the file away since it was listed: it makes its caches anew as it goes. */
export function readIfThere(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	}
}

/** How many of `markers` stand in any file below `folder`, in any form. */
export function found(folder: string, markers: readonly string[]): string[] {
	const wanted = markers.map((marker) => ({ marker, forms: forms(marker) }));
	const hits = new Set<string>();
	for (const file of filesBelow(folder)) {
		const content = readIfThere(file);
		for (const { marker, forms } of wanted) if (forms.some((form) => content.includes(form))) hits.add(marker);
	}
	return [...hits];
}

/** Letters only, so that it is allowed everywhere; random, so that nothing else bears it. */
export function marker(): string {
	return [...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
