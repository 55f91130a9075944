/** One unmasked text frame, as a server sends it (RFC 6455 §5.2), made once and shared by every socket that gets it. */

const finalText = 0x81;

export function textFrame(text: string): Buffer {
	const size = Buffer.byteLength(text);
	const offset = size < 126 ? 2 : size < 65_536 ? 4 : 10;
	const frame = Buffer.allocUnsafe(offset + size);
	frame[0] = finalText;
	frame[1] = size < 126 ? size : size < 65_536 ? 126 : 127;
	if (offset === 4) frame.writeUInt16BE(size, 2);
	if (offset === 10) frame.writeBigUInt64BE(BigInt(size), 2);
	frame.write(text, offset, 'utf8');
	return frame;
}

/** A `next` message of graphql-transport-ws around a payload that is JSON already. */
export function nextFrame(operationId: string, payload: string): Buffer {
	return textFrame(`{"id":${JSON.stringify(operationId)},"type":"next","payload":${payload}}`);
}
