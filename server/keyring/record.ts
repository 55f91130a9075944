/** PURE. The bytes of an hour's file: docs/PROTOCOL.md §6.1. A header, then one record for each slot, 64 bytes each. */
import { concat, equalBytes, u8, u64, utf8 } from '#protocol/bytes';

export const blockSize = 64;
export const keySize = 32;
export const refSize = 16;

const magic = concat(utf8('EPRK1'), new Uint8Array(3));
const keyAt = 16;
const refAt = keySize;
const stateAt = refAt + refSize;
const live = 1;

/** 64 bytes. The caller fills them and the key (32 bytes) with zeros after use. */
export function formatHeader(epochHour: number, epochKey: Uint8Array): Uint8Array {
	return block(magic, u64(epochHour), exactly('epochKey', epochKey, keySize));
}

/** A copy of the hour's key. `null` for zeros: the hour has ended. Throws on anything else that is no header of this hour. */
export function parseHeader(header: Uint8Array, epochHour: number): Uint8Array | null {
	if (header.length === blockSize && isZero(header)) return null;
	const start = concat(magic, u64(epochHour));
	const isHeader =
		header.length === blockSize &&
		equalBytes(header.subarray(0, keyAt), start) &&
		isZero(header.subarray(keyAt + keySize)) &&
		!isZero(header.subarray(keyAt, keyAt + keySize));
	if (!isHeader) throw new Error(`keyring: expected the header of hour ${epochHour}, got other bytes`);
	return header.slice(keyAt, keyAt + keySize);
}

/** 64 bytes. The caller fills them and the key (32 bytes) with zeros after use. */
export function formatRecord(slotKey: Uint8Array, ref: Uint8Array): Uint8Array {
	return block(exactly('slotKey', slotKey, keySize), exactly('ref', ref, refSize), u8(live));
}

export type Slot = { readonly slotKey: Uint8Array; readonly ref: Uint8Array };

/** Views into `record`. `null` for a slot that is free, wiped, or was not written whole. */
export function parseRecord(record: Uint8Array): Slot | null {
	const slotKey = record.subarray(0, keySize);
	const isLive =
		record.length === blockSize && record[stateAt] === live && isZero(record.subarray(stateAt + 1)) && !isZero(slotKey);
	return isLive ? { slotKey, ref: record.subarray(refAt, stateAt) } : null;
}

export function isZero(bytes: Uint8Array): boolean {
	return bytes.every((byte) => byte === 0);
}

/** Where a slot's record begins. */
export function offsetOf(slot: number): number {
	return blockSize * (slot + 1);
}

/** Whole records in a file of this size. */
export function slotsIn(size: number): number {
	return Math.max(0, Math.floor(size / blockSize) - 1);
}

export function fileName(epochHour: number): string {
	return `${epochHour}.ek`;
}

/** `null` for the name of something else. */
export function hourOf(name: string): number | null {
	const digits = /^(0|[1-9]\d{0,9})\.ek$/.exec(name)?.[1];
	return digits === undefined ? null : Number(digits);
}

/** Filled up with zeros. */
function block(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(blockSize);
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
}

function exactly(name: string, bytes: Uint8Array, size: number): Uint8Array {
	if (bytes.length !== size) throw new Error(`keyring: expected ${size} bytes of ${name}, got ${bytes.length}`);
	return bytes;
}
