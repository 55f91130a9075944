/** The machine: whether keys that pass through the memory of the process can reach a disk, by which clock rooms end, and where people will find the server. */
import { existsSync, readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';
import { fault, ok, warning } from './finding.ts';

/** Where Linux tells it; absent files mean another system. */
export type MachineFacts = {
	readonly limits: string | null;
	readonly swaps: string | null;
	/** Something of the system says that its clock was set by the network. */
	readonly clockIsSet: boolean;
	readonly origin: string;
};

/** systemd-timesyncd leaves it where it has set the clock since the machine's start. */
const clockMark = '/run/systemd/timesync/synchronized';

export function readMachine(origin: string): MachineFacts {
	const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null);
	return { limits: read('/proc/self/limits'), swaps: read('/proc/swaps'), clockIsSet: existsSync(clockMark), origin };
}

export function checkMachine(facts: MachineFacts): readonly Finding[] {
	return [coreDumps(facts), swap(facts), clock(facts), address(facts)];
}

/** The limit is the doctor's own, from the shell that started it; a service may have another one. */
function coreDumps({ limits }: MachineFacts): Finding {
	const soft = /^Max core file size\s+(\S+)/m.exec(limits ?? '')?.[1];
	if (soft === '0') return ok('A crash of what is started from here leaves no image of the memory (core dump).');
	const what =
		soft === undefined
			? 'Whether a crash of what is started from here leaves an image of the memory can’t be seen.'
			: 'A crash of what is started from here may leave an image of the memory, keys included.';
	return warning(what, 'Start the server with core dumps off: ulimit -c 0, or LimitCORE=0 in its systemd unit.');
}

function swap({ swaps }: MachineFacts): Finding {
	if (swaps === null)
		return warning('Whether memory is swapped to a disk can’t be seen here.', 'Encrypt swap, or switch it off.');
	const places = swaps
		.trim()
		.split('\n')
		.slice(1)
		.map((line) => line.split(/\s/)[0]);
	if (places.length === 0) return ok('Memory is not swapped to a disk.');
	return warning(
		`Memory may be swapped to ${places.join(', ')}, keys included.`,
		'Encrypt that device, or switch swap off (swapoff -a).'
	);
}

/** An embedded database has the same clock, and says nothing of it. */
function clock({ clockIsSet }: MachineFacts): Finding {
	if (clockIsSet) return ok('This machine’s clock is set by the network, and rooms end by it.');
	return warning(
		'Whether this machine’s clock is set by the network can’t be seen here, and rooms end by it.',
		'Look with timedatectl or chronyc tracking, and switch NTP on.'
	);
}

function address({ origin }: MachineFacts): Finding {
	const { protocol, hostname } = new URL(origin);
	if (protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1') return ok(`People come in at ${origin}.`);
	return fault(
		`People come in at ${origin}: without https browsers give a page none of the cryptography that rooms need.`,
		'Put a proxy with TLS before the server and set ORIGIN to its https address.'
	);
}
