import { expect, test } from 'vitest';
import { formatFindings } from './finding.ts';
import type { MachineFacts } from './machine.ts';
import { checkMachine } from './machine.ts';

const limits = (soft: string) =>
	`Limit  Soft Limit  Hard Limit  Units\nMax core file size        ${soft}                    unlimited            bytes\n`;
const noSwap = 'Filename\t\t\t\tType\t\tSize\n';
const good: MachineFacts = { limits: limits('0'), swaps: noSwap, clockIsSet: true, origin: 'https://rooms.example' };
const levels = (facts: MachineFacts) => checkMachine(facts).map(({ level }) => level);

test('a machine that keeps memory in memory, whose clock is set and that is met over https is as it should be', () => {
	expect(levels(good)).toEqual(['ok', 'ok', 'ok', 'ok']);
	expect(levels({ ...good, origin: 'http://localhost:3000' })).toEqual(['ok', 'ok', 'ok', 'ok']);
});

test('core dumps, swap and plain http are each told, with what to do', () => {
	expect(levels({ ...good, limits: limits('unlimited') })).toEqual(['warning', 'ok', 'ok', 'ok']);
	expect(levels({ ...good, swaps: `${noSwap}/dev/sda2 partition 1\n` })).toEqual(['ok', 'warning', 'ok', 'ok']);
	expect(levels({ ...good, origin: 'http://rooms.example' })).toEqual(['ok', 'ok', 'ok', 'fault']);
	const text = formatFindings(checkMachine({ ...good, swaps: `${noSwap}/dev/sda2 partition 1\n` }));
	expect(text).toContain('WARNING  Memory may be swapped to /dev/sda2');
	expect(text).toContain('→ Encrypt');
});

test('of core dumps is told what holds for what this shell starts, since a service may have another limit', () => {
	for (const found of ['0', 'unlimited', ''])
		expect(checkMachine({ ...good, limits: limits(found) })[0]?.what).toContain('from here');
});

test('what a system does not tell is a warning, not a reassurance', () => {
	expect(levels({ ...good, limits: null, swaps: null, clockIsSet: false })).toEqual(['warning', 'warning', 'warning', 'ok']);
});
