/** Who is the writer: this process at once when nobody else is, otherwise as soon as the one that is has ended. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Writer } from './writer.ts';

/** Between two tries; after one that failed, so that its report doesn't fill a log. */
const turnMs = 250;
const afterFaultMs = 10_000;

export type Turns = {
	/** `null` while another process is the writer. */
	writer(): Writer | null;
	/** Gives up being the writer, and waiting for it. */
	stop(): Promise<void>;
};

/** `report` hears why this process, whose turn it was later, could not become the writer. The first try's fault is thrown. */
export async function takeTurns(become: () => Promise<Writer | null>, report: (error: unknown) => void): Promise<Turns> {
	let writer = await become();
	const stopping = new AbortController();
	const { signal } = stopping;

	const wait = (ms: number) => pause(ms, undefined, { signal, ref: false }).catch(() => undefined); // Stopped: the loop sees it.
	const waitForTurn = async () => {
		while (writer === null && !signal.aborted) {
			let ms = turnMs;
			try {
				writer = await become();
			} catch (error) {
				report(error);
				ms = afterFaultMs;
			}
			if (writer === null) await wait(ms);
		}
	};
	const waiting = waitForTurn();
	return {
		writer: () => writer,
		async stop() {
			stopping.abort();
			await waiting;
			await writer?.close();
		}
	};
}
