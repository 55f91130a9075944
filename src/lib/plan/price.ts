/** What a month of Pro costs. */
import type { Client } from '@urql/core';
import { readPrice as ask } from '../api/plan.ts';
import type { Price } from '../api/plan.ts';

export type { Price } from '../api/plan.ts';

/** `null`: this server takes vouchers only. `unread`: it couldn't be asked, or couldn't ask the payment company. */
export type PriceAnswer = Price | null | 'unread';

export async function readPrice(http: Client): Promise<PriceAnswer> {
	return ask(http).catch(() => 'unread');
}
