import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, toHex, u32, utf8 } from '#protocol/bytes';
import { planNames } from '#protocol/plans';
import { createTokenKeys } from './keys.ts';
import { voprf } from './voprf.ts';

const november = 24322;
const seed = new Uint8Array(32).fill(9);

/** HKDF of RFC 5869 for one block, by hand: an empty salt is a key of zeros. */
function derive(info: Uint8Array): Uint8Array {
	const prk = createHmac('sha256', new Uint8Array(32)).update(seed).digest();
	return createHmac('sha256', prk).update(info).update(Uint8Array.of(1)).digest();
}

test('the key is derived as §16.1 has it', () => {
	const info = concat(utf8('epr/1/voprf-seed/'), Uint8Array.of(1), u32(november));
	const expected = voprf.deriveKeyPair(derive(info), utf8(`epr/1/voprf/pro/${november}`));
	expect(createTokenKeys(seed).key('pro', november)).toEqual(expected);
});

test('each plan and month has a key of its own, the same in every process, another with another seed', () => {
	const [keys, other] = [createTokenKeys(seed), createTokenKeys(seed)];
	const months = [november - 1, november, november + 1];
	const name = ({ publicKey }: { readonly publicKey: Uint8Array }) => toHex(publicKey);
	const all = planNames.flatMap((plan) => months.map((period) => name(keys.key(plan, period))));
	expect(new Set(all).size).toBe(6);
	expect(planNames.flatMap((plan) => months.map((period) => name(other.key(plan, period))))).toEqual(all);
	expect(all).not.toContain(name(createTokenKeys(new Uint8Array(32)).key('free', november)));
});

test('a key is made once, and forgotten when its day of grace is long over', () => {
	const keys = createTokenKeys(seed);
	const first = keys.key('free', november);
	expect(keys.key('free', november)).toBe(first);
	keys.key('free', november + 1);
	expect(keys.key('free', november)).toBe(first);
	keys.key('free', november + 2);
	expect(keys.key('free', november)).not.toBe(first);
	expect(keys.key('free', november)).toEqual(first);
});
