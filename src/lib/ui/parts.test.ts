import encodeQR from 'qr';
import { expect, test } from 'vitest';
import { initials } from './initials.ts';
import { modulesPath } from './qr-path.ts';
import { lengthTone, timeTone } from './ring.ts';

const minute = 60_000;
const hour = 60 * minute;

test('the ring of a room warns under five minutes or a tenth of its life, and is in danger in the last minute', () => {
	expect(timeTone(23 * hour, 24 * hour)).toBe('calm');
	expect(timeTone(2 * hour, 24 * hour)).toBe('warn');
	expect(timeTone(4 * minute, 15 * minute)).toBe('warn');
	expect(timeTone(minute - 1, 15 * minute)).toBe('danger');
});

test('the ring of a message warns from twenty characters left and is in danger at none', () => {
	expect(lengthTone(21)).toBe('calm');
	expect(lengthTone(20)).toBe('warn');
	expect(lengthTone(0)).toBe('danger');
});

test('initials are the first letters of two words, whole characters each', () => {
	expect(initials('Quiet Heron')).toBe('QH');
	expect(initials('solo')).toBe('S');
	expect(initials('🦊 fox trot')).toBe('🦊F');
	expect(initials('')).toBe('');
});

test('the path of a QR code covers exactly the dark modules', () => {
	const modules = encodeQR('https://sotto.example/r#cibt6k7vq3m2a4wd', 'raw', { border: 1 });
	const drawn = modules.map((row) => row.map(() => false));
	for (const [, x, y, length] of modulesPath(modules).matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
		drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
	}
	expect(drawn).toEqual(modules);
});
