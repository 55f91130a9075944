/** Holds keyring and rows against each other: a key without a room is wiped, a room without a key is over (docs/PROTOCOL.md §6.2). */
import { toHex } from '#protocol/bytes';
import type { LiveSlot } from '../keyring/keyring.ts';
import { endLostRooms } from '../rooms/end.ts';
import type { EndedRoom } from '../rooms/rows.ts';
import { roomsOfHour, roomsOfOtherHours } from '../rooms/rows.ts';
import type { Report, Task, TaskPorts } from './task.ts';

/** A room that is being opened has its key before its row. Nearly ten minutes: the job's turns are not on the millisecond. */
const orphanMs = 595_000;
const batch = 500;

export function slotsTask(ports: TaskPorts): Task {
	return { name: 'slots', every: 'ten minutes', run: createComparison(ports) };
}

/** Only the process that writes the keyring can do this; in the others nothing happens. It remembers what it has seen. */
export function createComparison(ports: TaskPorts): (stopping?: AbortSignal) => Promise<Report> {
	/** Slots without a row, by name → when that was seen first, unix ms. */
	let seen = new Map<string, number>();
	return async (stopping) => {
		const hours = ports.keyring.live();
		if (hours === null) return { done: 0, backlog: 0 };
		const { orphans, suspects } = await compare(ports, hours);
		const at = ports.now();
		seen = new Map([...orphans.keys()].map((name) => [name, seen.get(name) ?? at]));
		const old = [...orphans].filter(([name]) => at - (seen.get(name) ?? at) >= orphanMs);
		await Promise.all(old.map(([, { epochHour, slot, ref }]) => ports.keyring.wipe(epochHour, slot, ref)));
		return { done: old.length + (await endLost(ports, suspects, stopping)), backlog: 0 };
	};
}

function nameOf(epoch: number, slot: number, ref: Uint8Array): string {
	return `${epoch} ${slot} ${toHex(ref)}`;
}

/** `orphans`: slots without a row. `suspects`: rows whose slot was not in use a moment before they were read. */
async function compare({ db }: TaskPorts, hours: AsyncIterable<readonly LiveSlot[]>) {
	const orphans = new Map<string, LiveSlot>();
	const suspects: EndedRoom[] = [];
	const epochs = new Set<number>();
	for await (const slots of hours) {
		for (const live of slots) orphans.set(nameOf(live.epochHour, live.slot, live.ref), live);
		for (const epoch of new Set(slots.map((live) => live.epochHour))) {
			epochs.add(epoch);
			for (const row of await roomsOfHour(db, epoch)) if (!orphans.delete(nameOf(epoch, row.slot, row.ref))) suspects.push(row);
		}
	}
	for await (const rows of roomsOfOtherHours(db, [...epochs])) suspects.push(...rows);
	return { orphans, suspects };
}

/** A room that was opened meanwhile has its key: each is asked for. */
async function endLost(ports: TaskPorts, suspects: readonly EndedRoom[], stopping: AbortSignal | undefined): Promise<number> {
	const ids: bigint[] = [];
	for (const room of suspects) if (!(await hasKey(ports, room))) ids.push(room.id);
	let done = 0;
	for (let from = 0; from < ids.length && stopping?.aborted !== true; from += batch)
		done += await endLostRooms(ports, ids.slice(from, from + batch));
	return done;
}

async function hasKey({ keyring }: TaskPorts, { epoch, slot, ref }: EndedRoom): Promise<boolean> {
	const keys = await keyring.read(epoch, slot, ref);
	keys?.epochKey.fill(0);
	keys?.slotKey.fill(0);
	return keys !== null;
}
