import { expect, test } from 'vitest';
import { Outbox } from './send.ts';
import type { Letter, OutboxPorts } from './send.ts';

/** A vault's chain: what was sealed and not taken back, in order. */
function bench(changes: Partial<OutboxPorts> = {}) {
	const chain: string[] = [];
	const settled: string[] = [];
	const shown = new Map<string, Letter>();
	const faults: unknown[] = [];
	let count = 0;
	const ports: OutboxPorts = {
		seal: async ({ text }) => {
			await Promise.resolve();
			const mid = `mid${++count}:${text}`;
			chain.push(mid);
			return { envelope: new TextEncoder().encode(mid), mid, time: count };
		},
		takeBack: async (mid) => {
			await Promise.resolve();
			if (chain.at(-1) !== mid) throw new Error('only the newest can be taken back');
			chain.pop();
		},
		settle: (mid) => {
			settled.push(mid);
			return Promise.resolve();
		},
		changed: (letter) => shown.set(letter.id, letter),
		ready: () => undefined,
		report: (error) => faults.push(error),
		...changes
	};
	const outbox = new Outbox(ports);
	const write = (...texts: string[]) => texts.forEach((text) => outbox.add({ id: text, text, time: 0, state: 'draft' }));
	const rest = () => new Promise<void>((resolve) => setTimeout(resolve));
	return { outbox, chain, settled, shown, faults, write, rest };
}

test('a letter is shown before it is sealed, and letters are sealed in the order of writing', async () => {
	const { outbox, chain, shown, write, rest } = bench();
	write('a', 'b', 'c');
	expect([...shown.keys()]).toEqual(['a', 'b', 'c']);
	expect(outbox.head()).toBeNull();
	await rest();
	expect(chain).toEqual(['mid1:a', 'mid2:b', 'mid3:c']);
	expect(outbox.head()?.text).toBe('a');
});

test('no more are sealed ahead than the record has room for', async () => {
	const { outbox, chain, write, rest } = bench();
	write(...Array.from({ length: 30 }, (_, n) => `t${n}`));
	await rest();
	expect(chain).toHaveLength(16);
	outbox.sent(chain[0] ?? '');
	await rest();
	expect(chain).toHaveLength(17);
});

test('what was sent is settled once, and keeps the name that it stands under', async () => {
	const { outbox, settled, write, rest } = bench();
	write('a');
	await rest();
	expect(outbox.sent('mid1:a')?.id).toBe('a');
	expect(outbox.sent('mid1:a')).toBeUndefined();
	expect(settled).toEqual(['mid1:a']);
	expect(outbox.nameOf('mid1:a')).toBe('a');
});

test('a refused letter gives its number back, and those sealed after it are sealed anew without a hole', async () => {
	const { outbox, chain, shown, faults, write, rest } = bench();
	write('a', 'b', 'c');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing to send');
	await outbox.refused(head, 'QUOTA_MESSAGES');
	await rest();
	expect(faults).toEqual([]);
	expect(chain).toEqual(['mid4:b', 'mid5:c']);
	expect(shown.get('a')).toMatchObject({ state: 'refused', reason: 'QUOTA_MESSAGES' });
	expect(outbox.head()?.text).toBe('b');
});

test('a refused letter may be written again, last in line, or thrown away', async () => {
	const { outbox, chain, write, rest } = bench();
	write('a', 'b');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing to send');
	await outbox.refused(head, 'QUOTA_MESSAGES');
	outbox.retry('a');
	await rest();
	expect(chain).toEqual(['mid3:b', 'mid4:a']);
	expect(outbox.discard('a')).toBe(false);
});

test('an unanswered letter holds back those behind it, is sent again as it is, and can not be discarded', async () => {
	const { outbox, chain, write, rest } = bench();
	write('a', 'b');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing to send');
	outbox.unanswered(head);
	expect(outbox.head()).toBeNull();
	expect(outbox.discard('a')).toBe(false);
	outbox.retry('a');
	expect(outbox.head()).toMatchObject({ id: 'a', sealed: { mid: 'mid1:a' } });
	expect(chain).toEqual(['mid1:a', 'mid2:b']);
});

test('what stands behind an unanswered letter is told that it waits, and told again when it goes on', async () => {
	const told: string[] = [];
	const { outbox, write, rest } = bench({ changed: ({ id }) => told.push(id) });
	write('a', 'b');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing to send');
	const heldBack = () => outbox.letters.filter((letter) => outbox.isHeldBack(letter)).map(({ id }) => id);
	expect(heldBack()).toEqual([]);
	told.length = 0;
	outbox.unanswered(head);
	expect([told, heldBack()]).toEqual([['a', 'b'], ['b']]);
	told.length = 0;
	outbox.resume();
	expect([told, heldBack()]).toEqual([['a', 'b'], []]);
});

test('a letter that can not be sealed fails alone, and may be tried again or thrown away', async () => {
	let broken = true;
	const seal = ({ text }: { readonly text: string }) =>
		broken && text === 'a'
			? Promise.reject(new Error('vault: fault'))
			: Promise.resolve({ envelope: new Uint8Array(), mid: text, time: 1 });
	const { outbox, shown, write, rest } = bench({ seal });
	write('a', 'b');
	await rest();
	expect(shown.get('a')).toMatchObject({ state: 'refused', reason: 'INTERNAL' });
	expect(outbox.head()?.text).toBe('b');
	broken = false;
	outbox.retry('a');
	await rest();
	expect(outbox.letters.map(({ text, state }) => [text, state])).toEqual([
		['b', 'sealed'],
		['a', 'sealed']
	]);
});

test('after a new connection what went unanswered is tried again by itself', async () => {
	const { outbox, write, rest } = bench();
	write('a');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing to send');
	outbox.unanswered(head);
	outbox.resume();
	expect(outbox.head()?.sealed.mid).toBe('mid1:a');
});

test('what is discarded while it is being sealed is taken back', async () => {
	const { outbox, chain, write, rest } = bench();
	write('a');
	expect(outbox.discard('a')).toBe(true);
	await rest();
	expect(chain).toEqual([]);
	expect(outbox.letters).toEqual([]);
});

test('a vault that fails is reported once and not asked without end', async () => {
	let asked = 0;
	const seal = () => {
		asked++;
		return Promise.reject(new Error('vault: fault'));
	};
	const { faults, write, rest } = bench({ seal });
	write('a');
	await rest();
	expect([asked, faults.length]).toEqual([1, 1]);
});

test('what has burned while nobody answered keeps its envelope alone, and a refusal brings no words back', async () => {
	const { outbox, chain, shown, write, rest } = bench();
	write('a', 'b');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing is sealed');
	outbox.posting(head, 5);
	outbox.posting(head, 9);
	expect(shown.get('a')?.postedAt).toBe(5);
	outbox.burned('a');
	expect(outbox.head()).toMatchObject({ text: '', sealed: { mid: 'mid1:a' } });
	await outbox.refused(head, 'QUOTA_MESSAGES');
	await rest();
	expect(outbox.letters.map(({ text, state }) => [text, state])).toEqual([['b', 'sealed']]);
	expect(chain).toEqual(['mid3:b']);
});

test('what was refused was never out, so that its time has not begun', async () => {
	const { outbox, shown, write, rest } = bench();
	write('a');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing is sealed');
	outbox.posting(head, 5);
	await outbox.refused(head, 'QUOTA_MESSAGES');
	expect(shown.get('a')).not.toHaveProperty('postedAt');
});

test('what has not gone out when the line breaks gives its number back, and is sealed anew when it can go', async () => {
	let isUp = true;
	const { outbox, chain, faults, write, rest } = bench({ ahead: () => (isUp ? 16 : 0) });
	write('a', 'b', 'c');
	await rest();
	const head = outbox.head();
	if (head === null) throw new Error('nothing is sealed');
	outbox.posting(head, 5);
	isUp = false;
	const unsealing = outbox.unseal();
	expect(outbox.head()).toBeNull();
	await unsealing;
	expect([chain, outbox.head()?.text]).toEqual([['mid1:a'], 'a']);
	isUp = true;
	outbox.resume();
	await rest();
	expect([chain, faults]).toEqual([['mid1:a', 'mid4:b', 'mid5:c'], []]);
});

test('what waits for somebody who has gone goes to nobody else, unless it is sent again by hand', async () => {
	let isUp = false;
	const { outbox, chain, shown, write, rest } = bench({ ahead: () => (isUp ? 16 : 0) });
	write('a');
	await outbox.abandon();
	expect(shown.get('a')).toMatchObject({ state: 'refused', reason: 'NOBODY' });
	isUp = true;
	outbox.resume();
	await rest();
	expect(chain).toEqual([]);
	outbox.retry('a');
	await rest();
	expect(chain).toEqual(['mid1:a']);
});
