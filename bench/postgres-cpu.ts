/** How long all processes of one Postgres have computed, by /proc (proc(5)); on systems without it nothing is measured. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Linux counts in hundredths of a second whatever its own clock: USER_HZ. */
const microsPerTick = 10_000;

type Stat = { readonly parent: number; readonly ticks: number; readonly reapedTicks: number };

/** `cluster`: the data directory. Gives microseconds since the start, or `null` where there is no /proc. */
export function postgresCpuMicros(cluster: string): number | null {
	if (!existsSync('/proc/self/stat')) return null;
	const postmaster = Number(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
	const own = readStat(postmaster);
	const children = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map((name) => readStat(Number(name)))
		.filter((stat) => stat?.parent === postmaster);
	const ticks = children.reduce((sum, stat) => sum + (stat?.ticks ?? 0), (own?.ticks ?? 0) + (own?.reapedTicks ?? 0));
	return ticks * microsPerTick;
}

/** `null` when the process is gone. The second field is the program's name in brackets, which may hold anything. */
function readStat(pid: number): Stat | null {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	} catch {
		return null; // It ended after the folder was read: its time is then the postmaster's, among the reaped.
	}
	const fields = text
		.slice(text.lastIndexOf(')') + 2)
		.split(' ')
		.map(Number);
	const [, parent = 0] = fields;
	const [user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields.slice(11, 15);
	return { parent, ticks: user + system, reapedTicks: reapedUser + reapedSystem };
}
