/** Free tokens: a batch for a proof of work, to whoever asks: docs/PROTOCOL.md §16.1. */
import { periodOf } from '#protocol/tokens';
import type { Solution } from '../access/work.ts';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Issued } from './issue.ts';
import { issueTokens } from './issue.ts';
import { isElement } from './voprf.ts';

export type FreeRequest = { readonly period: number; readonly work: Solution; readonly blinded: readonly Uint8Array[] };

type Ports = Pick<Services, 'access' | 'limits' | 'plans' | 'plansOn' | 'tokenKeys' | 'metrics' | 'now'>;

/**
 * At most as many as a month has, for the month that it is. Throws `BAD_INPUT` for another number, another month, what is no
 * element of the group, and where plans are off; `POW_INVALID` and `BUSY` as the work is. A batch that is refused for its form
 * has not cost the work.
 */
export async function issueFreeTokens(ports: Ports, { period, work, blinded }: FreeRequest): Promise<Issued> {
	const { access, limits, plans, plansOn, tokenKeys, metrics, now } = ports;
	const most = plans.free.roomsPerMonth ?? 0;
	if (!plansOn || period !== periodOf(now()) || blinded.length === 0 || blinded.length > most) throw new Refusal('BAD_INPUT');
	if (!blinded.every(isElement)) throw new Refusal('BAD_INPUT');
	await access.work.verify(work, { purpose: 'tokens', bits: limits.workBits });
	const issued = issueTokens(tokenKeys, { plan: 'free', period, blinded });
	access.demand.met();
	metrics.add('tokens_issued_total', blinded.length);
	return issued;
}
