/** PURE. What processes of one host say to the keyring's writer: frames of a fixed size, docs/PROTOCOL.md §6.2. */
import { concat, u8, u32, u64 } from '#protocol/bytes';
import type { SlotKeys } from './keyring.ts';
import { keySize, refSize } from './record.ts';

/** u8 call ‖ u32 id ‖ u64 epochHour ‖ u32 slot ‖ ref (16); what a call doesn't need is zero. */
export const requestSize = 33;
/** u32 id ‖ u8 kind ‖ u32 slot ‖ epochKey (32) ‖ slotKey (32); what an answer doesn't have is zero. */
export const answerSize = 73;

export type Call =
	| { readonly call: 'create'; readonly epochHour: number; readonly ref: Uint8Array }
	| { readonly call: 'read' | 'wipe'; readonly epochHour: number; readonly slot: number; readonly ref: Uint8Array };

export type Answer =
	| { readonly kind: 'slot'; readonly slot: number }
	| { readonly kind: 'keys'; readonly keys: SlotKeys }
	| { readonly kind: 'nothing' | 'failed' };

/** Numbers on the wire: places in these lists. */
const calls = ['create', 'read', 'wipe'] as const;
const kinds = ['failed', 'nothing', 'slot', 'keys'] as const;
const refAt = requestSize - refSize;
const epochKeyAt = answerSize - 2 * keySize;
const slotKeyAt = answerSize - keySize;

export function formatRequest(id: number, call: Call): Uint8Array {
	const slot = call.call === 'create' ? 0 : call.slot;
	const { ref } = call;
	if (ref.length !== refSize) throw new Error(`keyring: expected ${refSize} bytes of ref, got ${ref.length}`);
	return concat(u8(calls.indexOf(call.call)), u32(id), u64(call.epochHour), u32(slot), ref);
}

/** Throws on a call that doesn't exist or an hour beyond 2^53 − 1. */
export function parseRequest(frame: Uint8Array): { readonly id: number; readonly call: Call } {
	const view = viewOf(frame, requestSize);
	const call = calls[view.getUint8(0)];
	const epochHour = Number(view.getBigUint64(5));
	if (call === undefined || !Number.isSafeInteger(epochHour)) throw new Error('keyring: expected a call, got other bytes');
	const id = view.getUint32(1);
	const ref = frame.slice(refAt);
	return { id, call: call === 'create' ? { call, epochHour, ref } : { call, epochHour, slot: view.getUint32(13), ref } };
}

/** The caller fills the frame with zeros once it is sent, and the keys. */
export function formatAnswer(id: number, answer: Answer): Uint8Array {
	const frame = new Uint8Array(answerSize);
	const view = new DataView(frame.buffer);
	view.setUint32(0, id);
	view.setUint8(4, kinds.indexOf(answer.kind));
	if (answer.kind === 'slot') view.setUint32(5, answer.slot);
	if (answer.kind !== 'keys') return frame;
	frame.set(answer.keys.epochKey, epochKeyAt);
	frame.set(answer.keys.slotKey, slotKeyAt);
	return frame;
}

/** Keys are copies. Throws on a kind that doesn't exist. */
export function parseAnswer(frame: Uint8Array): { readonly id: number; readonly answer: Answer } {
	const view = viewOf(frame, answerSize);
	const id = view.getUint32(0);
	const kind = kinds[view.getUint8(4)];
	switch (kind) {
		case undefined:
			throw new Error('keyring: expected an answer, got other bytes');
		case 'slot':
			return { id, answer: { kind, slot: view.getUint32(5) } };
		case 'keys':
			return { id, answer: { kind, keys: { epochKey: frame.slice(epochKeyAt, slotKeyAt), slotKey: frame.slice(slotKeyAt) } } };
		default:
			return { id, answer: { kind } };
	}
}

/** Puts together what a stream cut up. `take` copies what it keeps: frames and chunks are filled with zeros behind it. */
export function splitFrames(size: number, take: (frame: Uint8Array) => void): (chunk: Uint8Array) => void {
	const frame = new Uint8Array(size);
	let filled = 0;
	return (chunk) => {
		try {
			for (let at = 0; at < chunk.length;) {
				const part = chunk.subarray(at, at + size - filled);
				frame.set(part, filled);
				at += part.length;
				filled = (filled + part.length) % size;
				if (filled === 0) take(frame);
			}
		} finally {
			chunk.fill(0);
			if (filled === 0) frame.fill(0);
		}
	};
}

function viewOf(frame: Uint8Array, size: number): DataView {
	if (frame.length !== size) throw new Error(`keyring: expected a frame of ${size} bytes, got ${frame.length}`);
	return new DataView(frame.buffer, frame.byteOffset, size);
}
