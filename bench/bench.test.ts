import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const isBuilt = existsSync(`${root}build/handler.js`);

/** The project's own Node: what runs the tests may be older. */
const node = `${root}node_modules/.bin/node`;

/** One of each kind; in the long form all. */
const workloads =
	process.env.LONG === undefined
		? ['small-rooms', 'create-paid']
		: [
				'small-rooms',
				'few-senders',
				'big-room',
				'live',
				'connections',
				'joins',
				'create-rooms',
				'create-paid',
				'history',
				'idle'
			];

test.skipIf(!isBuilt)('in its short form each workload runs on both systems and nothing is lost or doubled', () => {
	const only = ['--quick', '--only', workloads.join(',')];
	const { status, stdout, stderr } = spawnSync(node, ['bench/main.ts', ...only], { cwd: root, encoding: 'utf8' });
	expect(stderr).toBe('');
	expect(status).toBe(0);
	for (const name of workloads) {
		expect(stdout).toMatch(new RegExp(`\\| ${name} \\| ours \\|.*\\| 0 \\| 0 \\|`));
		expect(stdout).toMatch(new RegExp(`\\| ${name} \\| baseline \\|.*\\| 0 \\| 0 \\|`));
	}
});

test.skipIf(!isBuilt)(
	'in their short form the endings leave no key and no row, let nobody in, and lose and double nothing',
	() => {
		const { status, stdout, stderr } = spawnSync(node, ['bench/endings.ts', '--quick'], { cwd: root, encoding: 'utf8' });
		expect(stderr).toBe('');
		expect(status).toBe(0);
		expect(stdout).toMatch(/\| s until all keys are zeros \| \d+\.\d\d \|/);
		expect(stdout).toMatch(/\| s until all rows are gone \| \d+\.\d\d \|/);
		expect(stdout).toMatch(/\| tries after the end, let in \| [1-9]\d*, 0 \|/);
		expect(stdout).toMatch(/\| messages lost, doubled \| 0, 0 \|/);
	}
);
