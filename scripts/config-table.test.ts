import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { variables } from '../server/config.ts';
import { sections, withSections } from './config-table.ts';

const document = readFileSync(new URL('../docs/OPERATIONS.md', import.meta.url), 'utf8');

test('docs/OPERATIONS.md has the settings and counters of the code: else run scripts/config-table.ts', () => {
	expect(withSections(document)).toBe(document);
});

test('every variable and every limit stands in the tables with what it is when unset', () => {
	const tables = sections.settings?.();
	for (const name of Object.keys(variables)) expect(tables).toContain(`| \`${name}\` |`);
	expect(tables).toMatch(/\| `LIMIT_FRAME_BYTES` \| .+ \| `32768` \|/);
	expect(tables).toMatch(/\| `PLAN_FREE_MESSAGES` \| .+ \| `50` \|/);
	expect(tables).toMatch(/\| `PLAN_PRO_MESSAGES` \| .+ \| `none` \|/);
	expect(tables).toMatch(/\| `LIMIT_CONTENT_PER_SESSION_BURST` \| .+ \| `400` \|/);
});

test('a document without its markers is refused rather than written over', () => {
	expect(() => withSections('# Operations')).toThrow('markers');
});
