import { expect, test } from 'vitest';
import { safeStorage } from './safe-storage.ts';
import * as record from './session-record.ts';
import { defaultSettings, parseSettings, readSettings, writeSettings } from './settings.ts';

/** As browsers have it: keys are properties, and there is room for so many characters. */
function webStorage(room = Infinity): Storage {
	const held: Record<string, string> = {};
	const methods = {
		getItem: (key: string) => held[key] ?? null,
		setItem: (key: string, value: string) => {
			if (JSON.stringify(held).length + value.length > room) throw new DOMException('full', 'QuotaExceededError');
			held[key] = value;
		},
		removeItem: (key: string) => Reflect.deleteProperty(held, key)
	};
	return new Proxy(methods, {
		get: (target, key) => Reflect.get(target, key) ?? Reflect.get(held, key),
		ownKeys: () => Object.keys(held),
		getOwnPropertyDescriptor: (_target, key) => ({ configurable: true, enumerable: true, value: Reflect.get(held, key) })
	}) as unknown as Storage;
}

const kinds = {
	'a working one': () => webStorage(),
	'a full one': () => webStorage(2),
	'one that is blocked': (): Storage => {
		throw new DOMException('denied', 'SecurityError');
	}
};

for (const [name, open] of Object.entries(kinds)) {
	test(`link, record and ending are kept in storage, be it ${name}`, () => {
		const web = name === 'one that is blocked' ? null : open();
		const storage = safeStorage(() => web ?? open());
		record.rememberLink('code', false, storage);
		record.writeRecord('epr1.me.00', Uint8Array.of(1, 2, 255), storage);
		record.writeEnding({ ending: 'time', unsent: 0 }, storage);
		expect(record.rememberedLink(storage)).toBe('code');
		expect(record.readRecord('epr1.me.00', storage)).toEqual(Uint8Array.of(1, 2, 255));
		record.wipe(storage);
		expect([record.rememberedLink(storage), record.readRecord('epr1.me.00', storage)]).toEqual([null, null]);
		expect(record.readEnding(storage)).toEqual({ ending: 'time', unsent: 0 });
		record.writeEnding({ ending: 'time', unsent: 12 }, storage);
		expect(record.readEnding(storage)).toEqual({ ending: 'time', unsent: 12 });
		record.dropEnding(storage);
		expect(record.readEnding(storage)).toBeNull();
	});
}

test('what can’t be written takes what stood there before along: a reload must not go on from an older record', () => {
	const web = webStorage(60);
	const storage = safeStorage(() => web);
	record.writeRecord('epr1.me.00', Uint8Array.of(1), storage);
	record.writeRecord('epr1.me.00', new Uint8Array(60), storage);
	expect(record.readRecord('epr1.me.00', storage)).toEqual(new Uint8Array(60));
	expect(
		record.readRecord(
			'epr1.me.00',
			safeStorage(() => web)
		)
	).toBeNull();
});

test('on a shared computer nothing of a room is stored, and what it is told in the middle of one counts at once', () => {
	const web = webStorage();
	let shared = true;
	const storage = record.sessionStore(
		() => web,
		() => shared
	);
	record.rememberLink('code', true, storage);
	record.writeRecord('epr1.me.00', Uint8Array.of(1), storage);
	expect(Object.keys(web)).toEqual([]);
	expect([record.rememberedLink(storage), record.wasOpenly(storage)]).toEqual(['code', true]);
	expect(record.readRecord('epr1.me.00', storage)).toEqual(Uint8Array.of(1));
	shared = false;
	record.settleRoom(storage);
	expect(Object.keys(web).toSorted()).toEqual(['epr1.link', 'epr1.me.00', 'epr1.openly']);
	shared = true;
	record.settleRoom(storage);
	expect(Object.keys(web)).toEqual([]);
	expect(record.rememberedLink(storage)).toBe('code');
	// A room that was kept before, and the word for the ended page, say nothing of one.
	record.writeEnding({ ending: 'left', unsent: 0 }, storage);
	record.rememberKept('00'.repeat(16), storage);
	expect(Object.keys(web).toSorted()).toEqual(['epr1.ended', 'epr1.kept']);
});

test('a tab is in one room: a link takes the place of a kept one', () => {
	const web = webStorage();
	const storage = safeStorage(() => web);
	record.rememberKept('00'.repeat(16), storage);
	record.rememberLink('code', false, storage);
	expect([record.rememberedKept(storage), record.rememberedLink(storage)]).toEqual([null, 'code']);
});

test('a wipe takes what is ours and leaves the rest', () => {
	const web = webStorage();
	web.setItem('theirs', 'x');
	const storage = safeStorage(() => web);
	record.writeRecord('epr1.me.00', Uint8Array.of(1), storage);
	record.writeRecord('epr1.me.ff', Uint8Array.of(1), storage);
	record.wipe(storage);
	expect(Object.keys(web)).toEqual(['theirs']);
});

test('what was never a record is none', () => {
	const web = webStorage();
	web.setItem('epr1.me.00', 'not base64url!');
	expect(
		record.readRecord(
			'epr1.me.00',
			safeStorage(() => web)
		)
	).toBeNull();
});

test('settings come back as they were written', () => {
	const web = webStorage();
	const storage = safeStorage(() => web);
	expect(readSettings(storage)).toEqual(defaultSettings);
	const chosen = {
		...defaultSettings,
		theme: 'dark',
		enterSends: false,
		showTyping: false,
		burnStart: 10
	} as const;
	writeSettings(chosen, storage);
	expect(readSettings(storage)).toEqual(chosen);
});

test('whatever stands in storage, the settings are sound', () => {
	for (const text of ['', 'null', '[]', '7', '{"theme":"pink","enterSends":"no"}', '{"burnStart":61}', '{"theme":', '"dark"']) {
		expect(parseSettings(text)).toEqual(defaultSettings);
	}
	const some = parseSettings('{"theme":"light","showTyping":false,"more":1}');
	expect(some).toEqual({ ...defaultSettings, theme: 'light', showTyping: false });
});

test('nothing of what was sent stands among the settings, and what stood there is not carried on', () => {
	const web = webStorage();
	const storage = safeStorage(() => web);
	web.setItem('epr1.settings', '{"burnKnown":true}');
	writeSettings(readSettings(storage), storage);
	expect(Object.keys(JSON.parse(web.getItem('epr1.settings') ?? ''))).toEqual([
		'theme',
		'enterSends',
		'showTyping',
		'largerText',
		'notify',
		'sharedComputer',
		'burnStart'
	]);
});

test('forgetting one room leaves the record and the link of another', () => {
	const held = webStorage();
	const storage = safeStorage(() => held);
	record.rememberLink('second', false, storage);
	record.writeRecord('epr1.me.first', new Uint8Array([1]), storage);
	record.writeRecord('epr1.me.second', new Uint8Array([2]), storage);
	record.forgetRoom({ code: 'first', storageKey: 'epr1.me.first' }, storage);
	expect(record.readRecord('epr1.me.first', storage)).toBeNull();
	expect([record.rememberedLink(storage), record.readRecord('epr1.me.second', storage)]).toEqual(['second', new Uint8Array([2])]);
	record.forgetRoom({ code: 'second', storageKey: 'epr1.me.second' }, storage);
	expect(record.rememberedLink(storage)).toBeNull();
});
