/** Reads a byte string from the front; whoever asks for more than there is gets `BODY_SHORT`: docs/PROTOCOL.md §8. */
import type { Bytes } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';

export class Reader {
	readonly #bytes: Bytes;
	readonly #view: DataView;
	#at = 0;

	constructor(bytes: Bytes) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	get at(): number {
		return this.#at;
	}

	get left(): number {
		return this.#bytes.length - this.#at;
	}

	take(size: number): Bytes {
		return this.#bytes.subarray(this.#skip(size), this.#at);
	}

	rest(): Bytes {
		return this.take(this.left);
	}

	u8(): number {
		return this.#view.getUint8(this.#skip(1));
	}

	u16(): number {
		return this.#view.getUint16(this.#skip(2));
	}

	u32(): number {
		return this.#view.getUint32(this.#skip(4));
	}

	u64(): bigint {
		return this.#view.getBigUint64(this.#skip(8));
	}

	#skip(size: number): number {
		const start = this.#at;
		if (size > this.left) throw new ProtocolError('BODY_SHORT');
		this.#at += size;
		return start;
	}
}
