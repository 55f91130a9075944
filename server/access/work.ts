/** Proof of work, memory-hard, asked of who guesses or wants tokens: docs/PROTOCOL.md §16.4. */
import { argon2, createHmac, timingSafeEqual } from 'node:crypto';
import { concat, u64 } from '#protocol/bytes';
import { leadingZeroBits, workSalt } from '#protocol/work';
import { Refusal } from '../errors.ts';

/** `challenge` 48 bytes, `nonce` 8 bytes. */
export type Solution = { readonly challenge: Uint8Array; readonly nonce: Uint8Array };

/** What the work is for, and how many leading zero bits it takes: 0 to 127. */
export type Task = { readonly purpose: 'join' | 'tokens'; readonly bits: number };

export type Work = {
	/** 48 bytes, good for 10 minutes and for this task. */
	challenge(task: Task): Uint8Array;
	/**
	 * Throws `POW_INVALID` when the work is wrong, foreign, old, was used before, or was asked for with fewer bits or for another
	 * purpose; `BUSY` when too many wait (then it is still good).
	 */
	verify(solution: Solution, least: Task): Promise<void>;
};

const lifeMs = 600_000;
const randomSize = 24;
const taskOffset = 8;
/** Set where the work is for tokens: a join costs the same under any load. */
const tokensFlag = 0x80;
const signedSize = 8 + randomSize;
const macSize = 16;
const nonceSize = 8;
const maxRunning = 2;
const maxWaiting = 64;

export type WorkOptions = {
	readonly key: Uint8Array;
	readonly now: () => number;
	readonly randomBytes: (size: number) => Uint8Array;
};

export function createWork({ key, now, randomBytes }: WorkOptions): Work {
	const lane = createLane();
	/** Hex of a spent challenge → unix ms from which nobody could use it anyway. */
	const spent = new Map<string, number>();
	const mac = (signed: Uint8Array) => createHmac('sha256', key).update(signed).digest().subarray(0, macSize);

	const spend = (challenge: Uint8Array): void => {
		const signed = challenge.subarray(0, signedSize);
		const name = Buffer.from(signed).toString('hex');
		const expiry = Number(Buffer.from(signed).readBigUInt64BE());
		for (const [old, until] of spent) if (until <= now()) spent.delete(old);
		if (!timingSafeEqual(mac(signed), challenge.subarray(signedSize))) throw new Refusal('POW_INVALID');
		if (expiry <= now() || spent.has(name)) throw new Refusal('POW_INVALID');
		if (lane.isFull()) throw new Refusal('BUSY');
		spent.set(name, expiry);
	};
	return {
		challenge(task) {
			// The first of the random bytes, to everybody else, is what was asked for: the load may be another when the work is done.
			const signed = concat(u64(now() + lifeMs), Uint8Array.of(byteOf(task)), randomBytes(randomSize - 1));
			return concat(signed, mac(signed));
		},
		async verify({ challenge, nonce }, least) {
			if (challenge.length !== signedSize + macSize || nonce.length !== nonceSize) throw new Refusal('POW_INVALID');
			spend(challenge);
			const { purpose, bits } = taskOf(challenge[taskOffset] ?? 0);
			const hash = await lane.run(() => workHash(challenge, nonce));
			if (purpose !== least.purpose || bits < least.bits || leadingZeroBits(hash) < bits) throw new Refusal('POW_INVALID');
		}
	};
}

function byteOf({ purpose, bits }: Task): number {
	return (purpose === 'tokens' ? tokensFlag : 0) | bits;
}

function taskOf(byte: number): Task {
	return { purpose: (byte & tokensFlag) === 0 ? 'join' : 'tokens', bits: byte & ~tokensFlag };
}

export function workHash(challenge: Uint8Array, nonce: Uint8Array): Promise<Uint8Array> {
	const parameters = {
		message: concat(challenge, nonce),
		nonce: workSalt,
		parallelism: 1,
		tagLength: 32,
		memory: 8192,
		passes: 1
	};
	return new Promise((resolve, reject) => {
		argon2('argon2id', parameters, (error, hash) => (error === null ? resolve(hash) : reject(error)));
	});
}

type Lane = { isFull(): boolean; run<Result>(task: () => Promise<Result>): Promise<Result> };

function createLane(): Lane {
	const waiting: (() => void)[] = [];
	let running = 0;
	return {
		isFull: () => waiting.length >= maxWaiting,
		async run(task) {
			if (running >= maxRunning) await new Promise<void>((start) => waiting.push(start));
			else running++;
			try {
				return await task();
			} finally {
				const next = waiting.shift();
				// The place is handed on, not given back, so that nobody slips in between.
				if (next === undefined) running--;
				else next();
			}
		}
	};
}
