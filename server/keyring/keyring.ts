/** The seal's keys, outside the database: docs/PROTOCOL.md §6. */

/** Keys of one room's slot, 32 bytes each; the caller fills both with zeros after use. */
export type SlotKeys = { readonly epochKey: Uint8Array; readonly slotKey: Uint8Array };

/** A slot in use. `ref` (16 bytes): the keyed name of its room. */
export type LiveSlot = { readonly epochHour: number; readonly slot: number; readonly ref: Uint8Array };

/**
 * The three calls that every process of the host has. They reject when no process has kept the keyring for 10 s, and when the
 * folder is gone or another than at the start: that says nothing of any key.
 */
export interface Slots {
	/**
	 * Reserves a slot in the file of the hour in which the room ends; on the medium when it resolves. No slot is given out twice.
	 * A call that was cut off, or whose process ended, may leave a slot that nobody uses.
	 */
	create(epochHour: number, ref: Uint8Array): Promise<number>;
	/** `null` when the slot is free, wiped or another room's than `ref`, or its hour's file is gone. */
	read(epochHour: number, slot: number, ref: Uint8Array): Promise<SlotKeys | null>;
	/**
	 * After this resolves the key that `ref` has in the slot is gone from the medium; another room's stays. Calls that come
	 * together share one flush for each hour.
	 */
	wipe(epochHour: number, slot: number, ref: Uint8Array): Promise<void>;
}

export interface Keyring extends Slots {
	/** K_ref (32 bytes): names a room's row. */
	readonly refKey: Uint8Array;
	/** K_pow (32 bytes): signs challenges for work. */
	readonly workKey: Uint8Array;
	/** masterSeed (32 bytes): the keys of tokens come from it (§16.1). */
	readonly tokenSeed: Uint8Array;
	/**
	 * The slots in use, the files one after the other, each as it is when its turn comes; files without any are left out. A slot
	 * is here before its room's row is committed. `null` in a process that isn't the writer. Rejects as the calls do.
	 */
	live(): AsyncIterable<readonly LiveSlot[]> | null;
	/**
	 * Ends the hours before `epochHour`: overwrites, flushes and unlinks their files. Resolves to how many there were; to 0 in a
	 * process that isn't the writer. Afterwards no slot can be reserved in these hours. Rejects when the file of another hour is
	 * damaged. Only for a folder that is known to be this database's: it also ends the one key that version 0.1 had.
	 */
	sweep(epochHour: number): Promise<number>;
	/** Waits for what is under way and lets another process be the writer. */
	close(): Promise<void>;
}
