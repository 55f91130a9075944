/**
 * What our server is measured against: the least that a chat server over WebSockets and Postgres can do. No protocol, no limits, no
 * sessions, no sealing; one INSERT per message, committed before it is acknowledged; one frame made once and written to every
 * socket of the room. What is only relayed it numbers, acknowledges and writes out, without the database. It is meant to be as fast
 * as that can be, so nothing here may be made slower.
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import postgres from 'postgres';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { textFrame } from '../server/fanout/frame.ts';

type Request = {
	readonly id: string;
	readonly op: 'hello' | 'create' | 'join' | 'post' | 'relay' | 'history';
	readonly room: string;
	readonly sealed: string;
	readonly card: string;
	readonly env: string;
	readonly before: number;
	readonly limit: number;
};
type RoomRow = { readonly id: string; readonly sealed: Buffer; readonly card: Buffer };
type Row = { readonly seq: string; readonly t: number; readonly env: Buffer };
type Place = { readonly room: string; readonly sockets: Set<Duplex>; readonly tag: string };

const { DATABASE_URL = '', DATABASE_CONNECTIONS = '8', PORT = '0' } = process.env;
const sql = postgres(DATABASE_URL, { max: Number(DATABASE_CONNECTIONS), onnotice: () => {} });
const rooms = new Map<string, Set<Duplex>>();
const started = Date.now();
let relayed = 0;

await sql`create table rooms (id bigint primary key generated always as identity, ref bytea not null unique, sealed bytea not null, card bytea not null)`;
await sql`create table messages (room bigint not null, seq bigint generated always as identity, t integer not null, env bytea not null, primary key (room, seq))`;

const bytes = (letters: string) => Buffer.from(letters, 'base64url');

async function create(socket: WebSocket, { id, room, sealed, card }: Request): Promise<void> {
	// Our sealed column has 108 bytes; the 80 of them that the creator sends come with 28 of iv and tag.
	const seal = Buffer.concat([bytes(sealed), randomBytes(28)]);
	await sql`insert into rooms (ref, sealed, card) values (${bytes(room)}, ${seal}, ${bytes(card)})`;
	socket.send(`{"id":"${id}","type":"next","ok":true}`);
}

async function join(socket: WebSocket, stream: Duplex, { id, room }: Request): Promise<Place> {
	const [row] = await sql<RoomRow[]>`select id, sealed, card from rooms where ref = ${bytes(room)}`;
	if (row === undefined) throw new Error('join: no such room');
	const sockets = rooms.get(row.id) ?? new Set();
	rooms.set(row.id, sockets.add(stream));
	socket.send(
		`{"id":"${id}","type":"next","sealed":"${row.sealed.toString('base64url')}","card":"${row.card.toString('base64url')}"}`
	);
	return { room: row.id, sockets, tag: randomBytes(8).toString('base64url') };
}

async function post(socket: WebSocket, { room, sockets, tag }: Place, { id, env }: Request): Promise<void> {
	const t = Math.floor((Date.now() - started) / 1000);
	const [row] = await sql<Row[]>`insert into messages (room, t, env) values (${room}, ${t}, ${bytes(env)}) returning seq`;
	pass(socket, { sockets, tag }, { id, env, seq: Number(row?.seq), t });
}

function relay(socket: WebSocket, place: Place, { id, env }: Request): void {
	pass(socket, place, { id, env, seq: ++relayed, t: Math.floor((Date.now() - started) / 1000) });
}

function pass(
	socket: WebSocket,
	{ sockets, tag }: Pick<Place, 'sockets' | 'tag'>,
	{ id, env, seq, t }: { readonly id: string; readonly env: string; readonly seq: number; readonly t: number }
): void {
	socket.send(`{"id":"${id}","type":"next","seq":${seq}}`);
	const frame = textFrame(`{"id":"room","type":"next","seq":${seq},"t":${t},"env":"${env}","tag":"${tag}"}`);
	for (const stream of sockets) stream.write(frame);
}

async function history(socket: WebSocket, { room }: Place, { id, before, limit }: Request): Promise<void> {
	const rows = await sql<Row[]>`
		select seq, t, env from messages where room = ${room} and seq < ${before} order by seq desc limit ${limit}`;
	const page = rows.reverse().map(({ seq, t, env }) => ({ seq: Number(seq), t, env: env.toString('base64url') }));
	socket.send(JSON.stringify({ id, type: 'next', rows: page }));
}

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT), perMessageDeflate: false, maxPayload: 32_768 });
server.on('connection', (socket, { socket: stream }) => {
	let place: Place | null = null;
	stream.setNoDelay(true);
	const answer = async (request: Request): Promise<void> => {
		if (request.op === 'hello') return socket.send('{"type":"greeting"}');
		if (request.op === 'create') return create(socket, request);
		if (request.op === 'join') return void (place = await join(socket, stream, request));
		if (place === null) throw new Error('expected a join first');
		if (request.op === 'post') return post(socket, place, request);
		if (request.op === 'relay') return relay(socket, place, request);
		return history(socket, place, request);
	};
	socket.on('message', (data) => {
		answer(JSON.parse(String(data))).catch((error: unknown) => {
			process.stderr.write(`baseline: ${error instanceof Error ? error.message : 'fault'}\n`);
			socket.close(1011);
		});
	});
	socket.on('close', () => place?.sockets.delete(stream));
});

process.once('SIGTERM', () => {
	for (const socket of server.clients) socket.terminate();
	server.close(() => void sql.end({ timeout: 5 }));
});
