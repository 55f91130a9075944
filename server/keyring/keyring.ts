/** The seal's keys, outside the database: docs/PROTOCOL.md §6. */

/** Keys of one room's slot; the caller fills both with zeros after use. */
export type SlotKeys = { readonly epochKey: Uint8Array; readonly slotKey: Uint8Array };

export interface Keyring {
	/** K_ref (32 bytes): names a room's row. */
	readonly refKey: Uint8Array;
	/** K_pow (32 bytes): signs challenges for work. */
	readonly workKey: Uint8Array;
	/** Reserves a slot in the file of the hour in which the room ends. */
	create(epochHour: number, ref: Uint8Array): Promise<number>;
	/** `null` when the slot is free or its hour has passed. */
	read(epochHour: number, slot: number): Promise<SlotKeys | null>;
	/** After this returns the slot's key is gone from the medium. */
	wipe(epochHour: number, slot: number): Promise<void>;
}
