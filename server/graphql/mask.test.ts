import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createMask } from './mask.ts';

test.each([
	['/srv/app/server/graphql/http.ts:1:2', 'server/graphql/http.ts:1:2'],
	['file:///srv/app/build/handler.js:3:4', 'build/handler.js:3:4'],
	['/srv/app/node_modules/ws/index.js:5:6', 'node_modules/ws/index.js:5:6']
])('a fault at %s is logged without the folder in which the server lies', (place, shown) => {
	const lines: string[] = [];
	const mask = createMask({
		log: createLog(
			(line) => lines.push(line),
			() => 0
		),
		metrics: createMetrics(),
		randomBytes
	});
	const error = new Error('a secret');
	error.stack = `Error: a secret\n    at work (${place})`;
	mask.error(error, 'History');
	expect(lines.join()).toContain(`(${shown})`);
	expect(lines.join()).not.toMatch(/\/srv|secret/);
});
