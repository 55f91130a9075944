import { expect, test } from 'vitest';
import { withRun } from './document.ts';

test('a run replaces the one before it and nothing else', () => {
	const document = 'before\n<!-- run: begin -->\n\nold\n\n<!-- run: end -->\nafter\n';
	const once = withRun(document, 'new');
	expect(once).toBe('before\n<!-- run: begin -->\n\nnew\n\n<!-- run: end -->\nafter\n');
	expect(withRun(once, 'new')).toBe(once);
});

test('each kind of run has its own place', () => {
	const document = '<!-- run: begin --><!-- run: end --><!-- endings: begin --><!-- endings: end -->';
	expect(withRun(document, 'new', 'endings')).toBe(
		'<!-- run: begin --><!-- run: end --><!-- endings: begin -->\n\nnew\n\n<!-- endings: end -->'
	);
});

test('a document without a place for the run is refused', () => {
	expect(() => withRun('<!-- run: end --> <!-- run: begin -->', 'new')).toThrow('expected');
	expect(() => withRun('nothing', 'new')).toThrow('expected');
});
