/** One of the two systems under load: its server, its database, and the wire that leads there. */
import postgres from 'postgres';
import type { Connection } from './connection.ts';
import { openConnection } from './connection.ts';
import { postgresCpuMicros } from './postgres-cpu.ts';
import type { Result } from './result.ts';
import type { Room } from './room.ts';
import { makeRoom } from './room.ts';
import type { ServerProcess } from './server-process.ts';
import type { Wire } from './wire.ts';

export const systemNames = ['ours', 'baseline'] as const;
export type SystemName = (typeof systemNames)[number];

/** Microseconds since some start; `postgres` is `null` where it can't be measured. */
export type Cpu = { readonly server: number; readonly postgres: number | null; readonly client: number };

export type System = {
	readonly name: SystemName;
	readonly server: ServerProcess;
	/** A new socket that has been greeted and is in no room. */
	connect(): Promise<Connection>;
	/** A new socket in the room, which hears everything from now on. */
	enter(room: Room): Promise<Connection>;
	/** Makes rooms without the limits of a plan; stored ones unless told. */
	openRooms(count: number, mode?: Room['mode']): Promise<readonly Room[]>;
	readonly wire: Wire;
	cpu(): Promise<Cpu>;
};

/** What one of `operations` cost, of what was spent between the two. */
export function costOf(
	before: Cpu,
	after: Cpu,
	operations: number
): Pick<Result, 'serverMicros' | 'postgresMicros' | 'clientMicros'> {
	const each = (name: 'server' | 'client') => (after[name] - before[name]) / operations;
	const costs = { serverMicros: each('server'), clientMicros: each('client') };
	if (before.postgres === null || after.postgres === null) return costs;
	return { ...costs, postgresMicros: (after.postgres - before.postgres) / operations };
}

export type SystemRequest = {
	readonly name: SystemName;
	readonly server: ServerProcess;
	readonly wire: Wire;
	readonly databaseUrl: string;
	/** Data directory of Postgres. */
	readonly cluster: string;
};

const creators = 8;

export function createSystem({ name, server, wire, databaseUrl, cluster }: SystemRequest): System {
	const connect = async () => {
		const connection = await openConnection(wire.address(server.port));
		await wire.greet(connection);
		return connection;
	};
	return {
		name,
		server,
		wire,
		connect,
		async enter(room) {
			const connection = await openConnection(wire.address(server.port));
			await wire.enter(connection, room);
			return connection;
		},
		async openRooms(count, mode = 'stored') {
			const rooms = Array.from({ length: count }, () => makeRoom(mode));
			await create(rooms, connect, wire);
			if (name === 'ours') await liftPlan(databaseUrl);
			return rooms;
		},
		async cpu() {
			const client = process.cpuUsage();
			const { cpuMicros } = await server.usage();
			return { server: cpuMicros, postgres: postgresCpuMicros(cluster), client: client.user + client.system };
		}
	};
}

async function create(rooms: readonly Room[], connect: () => Promise<Connection>, wire: Wire): Promise<void> {
	const left = [...rooms];
	const work = async () => {
		const connection = await connect();
		for (let room = left.pop(); room !== undefined; room = left.pop())
			await connection.request('c0', wire.createText('c0', room));
		await connection.close();
	};
	await Promise.all(Array.from({ length: creators }, work));
}

/** A plan's limits of messages and people stand in the room's row, and no plan has 500 readers or 10,000 messages. */
async function liftPlan(databaseUrl: string): Promise<void> {
	const sql = postgres(databaseUrl, { max: 1 });
	await sql`update rooms set cap = null, people = 32767 where cap is not null or people < 32767`;
	await sql.end();
}
