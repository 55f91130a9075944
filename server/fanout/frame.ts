/** One unmasked text frame, as a server sends it (RFC 6455 §5.2), made once and shared by every socket that gets it. */

const finalText = 0x81;

export function textFrame(text: string): Buffer {
	return textFrames([text]);
}

/** One after the other, in one piece. */
export function textFrames(texts: readonly string[]): Buffer {
	const sizes = texts.map((text) => Buffer.byteLength(text));
	const frames = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + headerSize(size) + size, 0));
	let at = 0;
	for (const [index, text] of texts.entries()) {
		at = writeHeader(frames, at, sizes[index] ?? 0);
		at += frames.write(text, at, 'utf8');
	}
	return frames;
}

function headerSize(size: number): number {
	return size < 126 ? 2 : size < 65_536 ? 4 : 10;
}

/** Returns where the payload begins. */
function writeHeader(frames: Buffer, at: number, size: number): number {
	frames[at] = finalText;
	frames[at + 1] = size < 126 ? size : size < 65_536 ? 126 : 127;
	if (size >= 65_536) return frames.writeBigUInt64BE(BigInt(size), at + 2);
	return size < 126 ? at + 2 : frames.writeUInt16BE(size, at + 2);
}

/** A `next` message of graphql-transport-ws around a payload that is JSON already. */
export function nextFrame(operationId: string, payload: string): Buffer {
	return textFrame(`{"id":${JSON.stringify(operationId)},"type":"next","payload":${payload}}`);
}
