/** The keys that tokens are made with, one for each plan and month: docs/PROTOCOL.md §16.1. */
import { hkdfSync } from 'node:crypto';
import { concat, u32, utf8 } from '#protocol/bytes';
import type { PlanName } from '#protocol/plans';
import { keyInfo, tokenType } from '#protocol/tokens';
import { voprf } from './voprf.ts';

/** 32 bytes each. */
export type TokenKey = { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };

export type TokenKeys = { key(plan: PlanName, period: number): TokenKey };

/** Months that are asked for side by side: this one, and the last one for a day. */
const keptPeriods = 2;

/** `seed`: masterSeed, 32 bytes. */
export function createTokenKeys(seed: Uint8Array): TokenKeys {
	const known = new Map<string, TokenKey>();
	return {
		key(plan, period) {
			const name = `${plan}/${period}`;
			const held = known.get(name) ?? deriveKey(seed, plan, period);
			known.set(name, held);
			for (const old of known.keys()) if (Number(old.split('/')[1]) <= period - keptPeriods) known.delete(old);
			return held;
		}
	};
}

function deriveKey(seed: Uint8Array, plan: PlanName, period: number): TokenKey {
	const info = concat(utf8('epr/1/voprf-seed/'), Uint8Array.of(tokenType(plan)), u32(period));
	const keySeed = new Uint8Array(hkdfSync('sha256', seed, new Uint8Array(0), info, 32));
	const key = voprf.deriveKeyPair(keySeed, keyInfo(plan, period));
	keySeed.fill(0);
	return key;
}
