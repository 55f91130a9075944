/** Argon2id in WebAssembly, or slower in JavaScript where a browser has WebAssembly switched off: docs/PROTOCOL.md §2. */
import { argon2id as argon2idInScript } from '@noble/hashes/argon2.js';
import { argon2id } from 'hash-wasm';
import type { Argon2, Argon2Input } from '../crypto/password.ts';

const size = 32;
const smallestModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** False without WebAssembly and where a policy forbids to compile it. */
async function canCompile(): Promise<boolean> {
	return WebAssembly.compile(smallestModule).then(
		() => true,
		() => false
	);
}

async function inWasm({ password, salt, m, t, p }: Argon2Input): Promise<Uint8Array> {
	return argon2id({ password, salt, memorySize: m, iterations: t, parallelism: p, hashLength: size, outputType: 'binary' });
}

export function inScript({ password, salt, m, t, p }: Argon2Input): Uint8Array {
	return argon2idInScript(password, salt, { m, t, p, dkLen: size });
}

/** The same bytes either way. */
export const argon2: Argon2 = async (input) => {
	const wasm = typeof WebAssembly === 'object' && (await canCompile());
	return new Uint8Array(wasm ? await inWasm(input) : inScript(input));
};
