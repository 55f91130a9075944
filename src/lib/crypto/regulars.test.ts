import { expect, test } from 'vitest';
import { Regulars } from './regulars.ts';

function house() {
	const made: string[] = [];
	const regulars = new Regulars({
		after: 3,
		most: 2,
		make: (name) => {
			made.push(name);
			return `for ${name}`;
		}
	});
	const see = (...names: readonly string[]) => names.forEach((name) => regulars.seen(name));
	return { regulars, made, see };
}

test('it is made for who comes the third time, and once', () => {
	const { regulars, made, see } = house();
	see('ada', 'ada');
	expect(regulars.get('ada')).toBeUndefined();
	see('ada', 'ada');
	expect(regulars.get('ada')).toBe('for ada');
	expect(made).toEqual(['ada']);
});

test('who has not come for longest is forgotten first, and begins anew', () => {
	const { regulars, made, see } = house();
	see('ada', 'ada', 'ada', 'bo', 'bo', 'bo', 'ada', 'cy');
	expect([regulars.get('ada'), regulars.get('bo')]).toEqual(['for ada', undefined]);
	see('bo', 'bo');
	expect(regulars.get('bo')).toBeUndefined();
	expect(made).toEqual(['ada', 'bo']);
});
