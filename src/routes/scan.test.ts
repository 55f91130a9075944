import encodeQR from 'qr';
import { expect, test } from 'vitest';
import { readCode } from './plan/read-code';
import { findInPixels, fit, readInvite } from './scan';

const code = 'c' + 'ab2c'.repeat(13) + 'xyz';

/** A QR code as a camera would give it: dark on light, several pixels to a module. */
function photograph(text: string) {
	const modules = encodeQR(text, 'raw', { border: 4 });
	const scale = 5;
	const size = modules.length * scale;
	const data = new Uint8ClampedArray(size * size * 4).fill(255);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			const dark = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)];
			if (dark) data.fill(30, (y * size + x) * 4, (y * size + x) * 4 + 3);
		}
	}
	return { width: size, height: size, data };
}

test('the code of an invite link is read from its picture', () => {
	expect(findInPixels(photograph(`https://sotto.example/r#${code}`), { read: readInvite, thorough: true })).toEqual({
		kind: 'code',
		code
	});
});

test('a QR code that is no invite is told apart from no code at all', () => {
	expect(findInPixels(photograph('https://example.org/menu'), { read: readInvite, thorough: true })).toEqual({ kind: 'foreign' });
	const blank = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(255) };
	expect(findInPixels(blank, { read: readInvite, thorough: false })).toEqual({ kind: 'nothing' });
});

test('a picture is made smaller to fit and never larger', () => {
	expect(fit(4000, 3000, 800)).toEqual({ width: 800, height: 600 });
	expect(fit(300, 200, 800)).toEqual({ width: 300, height: 200 });
});

test('an account’s code is read from its picture, and nothing else is taken for one', () => {
	const look = (text: string) => findInPixels(photograph(text), { read: readCode, thorough: true });
	expect(look('161J-Y3ST-9TTM-3KCM')).toEqual({ kind: 'code', code: '161J-Y3ST-9TTM-3KCM' });
	expect(look(`https://sotto.example/r#${code}`)).toEqual({ kind: 'foreign' });
});
