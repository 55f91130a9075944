import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapPatienceMs, Ledger, settleMs } from './ledger.ts';
import type { Heard, Verdict } from './ledger.ts';

const noChain = '0'.repeat(64);
const chainOf = (sender: string, seq: number) => (seq === 0 ? noChain : `${sender}-${seq}`);

/** Message `seq` of a sender in row `row`, rightly chained unless `changes` says otherwise. */
function said(sender: string, seq: number, row: number, changes: Partial<Heard> = {}): Heard {
	return {
		sender,
		fp: sender,
		seq,
		row,
		prev: chainOf(sender, seq - 1),
		chain: chainOf(sender, seq),
		id: `${sender}${seq}@${row}`,
		...changes
	};
}

function isNew(verdict: Verdict): verdict is Extract<Verdict, { is: 'new' }> {
	return verdict.is === 'new';
}

/** A ledger that has every row up to `last`. */
function ledgerWith(last: number, joinedAt = 0): Ledger {
	const ledger = new Ledger(joinedAt);
	ledger.rows.add({ from: 1, to: last });
	return ledger;
}

test('what is claimed of somebody who had said nothing when they came is missing, even where a room is not known from its beginning', () => {
	const ledger = new Ledger(0);
	ledger.rows.add({ from: 5, to: 6 });
	const [soon, later] = [settleMs, settleMs + gapPatienceMs];
	ledger.hearSeen([{ fp: 'known', seq: 1 }], soon, false);
	ledger.hearNewcomer('newcomer');
	ledger.hearSeen([{ fp: 'newcomer', seq: 2 }], soon, false);
	expect(ledger.gaps(later)).toEqual([{ fp: 'newcomer', missing: 2, gone: 0 }]);
	ledger.hear(said('newcomer', 1, 5), later);
	ledger.hear(said('newcomer', 2, 6), later);
	expect(ledger.gaps(later)).toEqual([]);
});

test('messages in order are new, and nothing is the matter with them', () => {
	const ledger = ledgerWith(3);
	for (const seq of [1, 2, 3])
		expect(ledger.hear(said('a', seq, seq), 0)).toEqual({ is: 'new', late: false, fork: false, twins: [] });
	expect(ledger.gaps(gapPatienceMs)).toEqual([]);
});

test('the same message again is a duplicate, in the same row or in another', () => {
	const ledger = ledgerWith(3);
	ledger.hear(said('a', 1, 1), 0);
	expect(ledger.hear(said('a', 1, 1), 0)).toEqual({ is: 'duplicate' });
	expect(ledger.hear(said('a', 1, 3), 0)).toEqual({ is: 'duplicate' });
});

test('two messages under one number give the sender away, and name the other one', () => {
	const ledger = ledgerWith(3);
	ledger.hear(said('a', 1, 1), 0);
	const twin = ledger.hear(said('a', 1, 2, { chain: 'other' }), 0);
	expect(twin).toMatchObject({ is: 'new', twins: ['a1@1'] });
	expect(ledger.hear(said('a', 2, 3), 0)).toMatchObject({ fork: false });
});

test('a message that does not follow the one before it is a fork, whichever of the two is read first', () => {
	const forwards = ledgerWith(2);
	forwards.hear(said('a', 1, 1), 0);
	expect(forwards.hear(said('a', 2, 2, { prev: 'elsewhere' }), 0)).toMatchObject({ fork: true });
	const backwards = ledgerWith(2);
	backwards.hear(said('a', 2, 2, { prev: 'elsewhere' }), 0);
	expect(backwards.hear(said('a', 1, 1), 0)).toMatchObject({ fork: true });
	const later = ledgerWith(9);
	later.hear(said('a', 6, 6, { prev: 'elsewhere' }), 0);
	expect(later.hear(said('a', 5, 5), 0)).toMatchObject({ fork: true });
});

test('a first message that claims a past is a fork', () => {
	expect(ledgerWith(1).hear(said('a', 1, 1, { prev: 'something' }), 0)).toMatchObject({ fork: true });
});

test('a lower number in a later row is late; paging back is not', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 3, 5), 0);
	expect(ledger.hear(said('a', 1, 1), 0)).toMatchObject({ late: false });
	expect(ledger.hear(said('a', 2, 6), 0)).toMatchObject({ late: true });
});

test('a hole alarms after ten seconds, not before, and no more when it is filled', () => {
	const ledger = ledgerWith(5);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hear(said('a', 4, 2), 1000);
	expect(ledger.gaps(1000 + gapPatienceMs - 1)).toEqual([]);
	expect(ledger.gaps(1000 + gapPatienceMs)).toEqual([{ fp: 'a', missing: 2, gone: 0 }]);
	ledger.hear(said('a', 2, 3), 12_000);
	expect(ledger.gaps(12_000)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
	ledger.hear(said('a', 3, 4), 13_000);
	expect(ledger.gaps(13_000)).toEqual([]);
});

test('a hole does not alarm while rows between its ends are still to be loaded, and then has ten seconds', () => {
	const ledger = new Ledger(0);
	ledger.rows.add({ from: 10, to: 20 });
	ledger.hear(said('a', 5, 10), 0);
	expect(ledger.gaps(60_000)).toEqual([]);
	ledger.rows.add({ from: 1, to: 9 });
	expect(ledger.gaps(60_000 + gapPatienceMs)).toEqual([{ fp: 'a', missing: 4, gone: 0 }]);
});

test('what was before the first known message of a sender does not alarm before it is loaded', () => {
	const ledger = new Ledger(0);
	ledger.rows.add({ from: 51, to: 100 });
	ledger.hear(said('a', 30, 60), 0);
	expect(ledger.gaps(600_000)).toEqual([]);
	expect(ledger.seen()).toEqual([{ fp: 'a', seq: 30 }]);
});

test('a burned row explains a hole without accusing anybody', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hear(said('a', 4, 4), 0);
	ledger.hearBurned(2);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 1 }]);
	ledger.hearBurned(3);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 0, gone: 2 }]);
});

test('a message that was read before it burned is no alibi for what somebody else’s hole hides', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hear(said('b', 1, 2), 0);
	ledger.hear(said('a', 3, 3), 0);
	ledger.hearBurned(2);
	expect(ledger.gaps(0)).toEqual([]);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
});

test('what somebody else has seen and I have not is missing after ten seconds', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 1, 1), 0);
	const now = settleMs + 5;
	ledger.hearSeen([{ fp: 'a', seq: 3 }], now, false);
	expect(ledger.gaps(now + gapPatienceMs - 1)).toEqual([]);
	expect(ledger.gaps(now + gapPatienceMs)).toEqual([{ fp: 'a', missing: 2, gone: 0 }]);
	expect(ledger.seen()).toEqual([{ fp: 'a', seq: 1 }]);
});

test('claims of the first ten seconds and of old rows say what was before, and alarm nobody', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hearSeen([{ fp: 'a', seq: 3 }], settleMs - 1, false);
	ledger.hearSeen([{ fp: 'b', seq: 7 }], settleMs + 1, true);
	expect(ledger.gaps(600_000)).toEqual([]);
});

test('a claim about a sender of whom nothing is known alarms only when the whole room is loaded', () => {
	const part = new Ledger(0);
	part.rows.add({ from: 5, to: 9 });
	part.hearSeen([{ fp: 'b', seq: 2 }], settleMs, false);
	expect(part.gaps(600_000)).toEqual([]);
	const whole = ledgerWith(9);
	whole.hearSeen([{ fp: 'b', seq: 2 }], settleMs, false);
	expect(whole.gaps(600_000)).toEqual([{ fp: 'b', missing: 2, gone: 0 }]);
});

test('a claim of four thousand million messages costs nothing', () => {
	const ledger = ledgerWith(9);
	ledger.hearSeen([{ fp: 'b', seq: 0xffff_ffff }], settleMs, false);
	expect(ledger.gaps(60_000)).toEqual([{ fp: 'b', missing: 0xffff_ffff, gone: 0 }]);
});

test('two keys with one fingerprint are two senders', () => {
	const ledger = ledgerWith(9);
	ledger.hear(said('a', 1, 1, { fp: 'same' }), 0);
	expect(ledger.hear(said('b', 1, 2, { fp: 'same' }), 0)).toMatchObject({ is: 'new', twins: [], fork: false });
});

test('the numbers of control messages only rise', () => {
	const ledger = new Ledger(0);
	expect([5, 5, 4, 1006].map((seq) => ledger.hearControl('a', seq))).toEqual([true, false, false, true]);
	expect(ledger.hearControl('b', 1)).toBe(true);
});

test('the seen list names the sixteen who spoke last, in order of their fingerprints, and stops at the first hole', () => {
	const ledger = ledgerWith(99);
	const names = Array.from({ length: 20 }, (_, n) => `s${String(n).padStart(2, '0')}`);
	names.forEach((name, n) => ledger.hear(said(name, 1, n + 1), n));
	ledger.hear(said('s19', 3, 50), 60);
	const seen = ledger.seen();
	expect(seen.map(({ fp }) => fp)).toEqual(names.slice(4));
	expect(seen.at(-1)).toEqual({ fp: 's19', seq: 1 });
});

test('in whatever order a server delivers, each message counts once, and at the end nothing is missing', () => {
	const plan = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 30 }).chain((senders) => {
		const counts = new Map<string, number>();
		const messages = senders.map((sender, index) => {
			const seq = (counts.get(sender) ?? 0) + 1;
			counts.set(sender, seq);
			return said(sender, seq, index + 1);
		});
		const doubled = fc.shuffledSubarray([...messages, ...messages], { minLength: messages.length * 2 });
		return fc.record({ messages: fc.constant(messages), delivered: doubled });
	});
	fc.assert(
		fc.property(plan, ({ messages, delivered }) => {
			const ledger = ledgerWith(messages.length);
			const verdicts = delivered.map((message) => ledger.hear(message, 0));
			const news = verdicts.filter(isNew);
			expect(news).toHaveLength(messages.length);
			expect(news.some((verdict) => verdict.fork || verdict.twins.length > 0)).toBe(false);
			expect(ledger.gaps(gapPatienceMs)).toEqual([]);
			for (const { fp, seq } of ledger.seen()) expect(seq).toBe(messages.filter((message) => message.fp === fp).length);
		})
	);
});

test('whatever is withheld from one sender is counted exactly, once something later of it arrives', () => {
	const plan = fc.integer({ min: 2, max: 40 }).chain((count) =>
		fc.record({
			count: fc.constant(count),
			withheld: fc.uniqueArray(fc.integer({ min: 1, max: count - 1 }), { maxLength: count - 1 })
		})
	);
	fc.assert(
		fc.property(plan, ({ count, withheld }) => {
			const ledger = ledgerWith(count);
			for (let seq = 1; seq <= count; seq++) if (!withheld.includes(seq)) ledger.hear(said('a', seq, seq), 0);
			const missing = ledger.gaps(gapPatienceMs).reduce((sum, gap) => sum + gap.missing, 0);
			expect(missing).toBe(withheld.length);
		})
	);
});

test('an envelope for others forgives one message that is missing, and no more', () => {
	const ledger = ledgerWith(5);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hearHidden(2);
	ledger.hear(said('a', 3, 3), 0);
	expect(ledger.seen()).toEqual([{ fp: 'a', seq: 3 }]);
	expect(ledger.gaps(gapPatienceMs)).toEqual([]);
	ledger.hearHidden(4);
	ledger.hear(said('a', 6, 5), 0);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
});

test('one envelope for others forgives nobody twice', () => {
	const ledger = ledgerWith(5);
	ledger.hear(said('a', 1, 1), 0);
	ledger.hear(said('b', 1, 2), 0);
	ledger.hearHidden(3);
	ledger.hear(said('a', 3, 4), 0);
	ledger.hear(said('b', 3, 5), 0);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'b', missing: 1, gone: 0 }]);
});

test('an envelope for others that does not lie between them forgives nothing', () => {
	const ledger = ledgerWith(4);
	ledger.hearHidden(1);
	ledger.hear(said('a', 1, 2), 0);
	ledger.hear(said('a', 3, 3), 0);
	ledger.hearHidden(4);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
});

test('who had said something before one could read them misses nothing, and takes no row from anybody else', () => {
	const ledger = ledgerWith(5);
	ledger.hear(said('b', 1, 1), 0);
	ledger.hearHidden(2);
	ledger.hear(said('a', 2, 3), 0);
	ledger.hear(said('b', 3, 4), 0);
	expect(ledger.seen()).toEqual([
		{ fp: 'a', seq: 2 },
		{ fp: 'b', seq: 3 }
	]);
	expect(ledger.gaps(gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
	const other = ledgerWith(2);
	other.hearHidden(1);
	other.hear(said('a', 2, 2), 0);
	expect(other.gaps(gapPatienceMs)).toEqual([]);
});

test('what somebody else has of a sender, and oneself only as envelopes for others, is not missing', () => {
	const ledger = ledgerWith(4, -settleMs);
	ledger.hear(said('a', 1, 1), 0);
	for (const row of [2, 3]) ledger.hearHidden(row);
	ledger.hearSeen([{ fp: 'a', seq: 3 }], 0, false);
	expect(ledger.gaps(gapPatienceMs)).toEqual([]);
	ledger.hearSeen([{ fp: 'a', seq: 4 }], gapPatienceMs, false);
	expect(ledger.gaps(2 * gapPatienceMs)).toEqual([{ fp: 'a', missing: 1, gone: 0 }]);
});
