import { expect, test } from 'vitest';
import { faults, formatDetails, formatRatios, meets } from './report.ts';
import type { Runs } from './report.ts';

const workload: Runs['workload'] = {
	name: 'talk',
	title: 'some rooms',
	unit: 'messages/s',
	wanted: { ratio: 0.8, better: 'more', aim: 1.1 },
	wantedPostgres: { ratio: 0.4, better: 'less' },
	run: () => Promise.reject(new Error('not run here'))
};
const runs: Runs = {
	workload,
	results: {
		ours: [90, 10, 80].map((score) => ({ score, postgresMicros: 30, lost: 1, doubled: 0 })),
		baseline: [100, 400, 100].map((score) => ({ score, postgresMicros: 120, lost: 0, doubled: 2 }))
	}
};

test('a ratio is that of the medians, beside what was wanted', () => {
	const lines = formatRatios([runs]).split('\n');
	expect(lines[2]).toBe('| some rooms | messages/s | 80.00 | 100 | 0.80 | ≥ 0.8 | ≥ 1.1 | yes |');
	expect(lines[3]).toBe('| the same | Postgres CPU µs per message | 30.00 | 120 | 0.25 | ≤ 0.4 |  | yes |');
});

test('a workload without a mark is reported and not judged', () => {
	const plain: Runs = { ...runs, workload: { name: 'talk', title: 'some rooms', unit: 'messages/s', run: workload.run } };
	expect(formatRatios([plain]).split('\n').slice(2)).toEqual(['| some rooms | messages/s | 80.00 | 100 | 0.80 |  |  |  |']);
});

test('what one run lost is not hidden by the others', () => {
	expect(faults([runs])).toBe(9);
	expect(formatDetails([runs])).toContain('| 3 | 0 |');
});

test('of some numbers less is better', () => {
	expect(meets(1.1, { ratio: 1.2, better: 'less' })).toBe(true);
	expect(meets(1.3, { ratio: 1.2, better: 'less' })).toBe(false);
	expect(meets(0.7, { ratio: 0.8, better: 'more' })).toBe(false);
});
