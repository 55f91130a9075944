/** How IndexedDB's keys are ordered, for the database itself and for the memory that stands in for it. */

/** Stands on the disk in clear: nothing private in it. */
export type Key = readonly (string | number)[];

/** Lists compare part by part, and a list as a part comes after every number and word. */
export function under(prefix: Key): IDBKeyRange {
	return IDBKeyRange.bound([...prefix], [...prefix, []], false, true);
}

export function isUnder(key: Key, prefix: Key): boolean {
	return prefix.every((part, index) => key[index] === part);
}

/** As IndexedDB orders them: numbers before words. */
export function compareKeys(one: Key, other: Key): number {
	for (const [index, part] of one.entries()) {
		const against = other[index];
		if (against === undefined) return 1;
		if (part === against) continue;
		if (typeof part !== typeof against) return typeof part === 'number' ? -1 : 1;
		return part < against ? -1 : 1;
	}
	return one.length - other.length;
}

/** What stands here was written with such keys; `Array.isArray` alone would call it `any[]`. */
export function toKey(key: IDBValidKey): Key {
	return Array.isArray(key) ? key.filter((part) => typeof part === 'string' || typeof part === 'number') : [];
}
