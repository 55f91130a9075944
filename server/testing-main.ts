/** For tests: the server as it is run, a process of `node server/main.ts`, and people who use the operations of the build. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './db/processes.ts';
import type { TokenClaim } from './rooms/create.ts';
import type { Result, TestRoom, TestSocket } from './testing-people.ts';
import { codeIn, Following, makeEnvelope, openSocket, persisted, postBody, proofFor, text, tokenText } from './testing-people.ts';
import { createTokenKeys } from './tokens/keys.ts';
import { testToken } from './tokens/testing.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const operationsFile = new URL('graphql/persisted.json', import.meta.url);

/** Whether `npm run build` has been here: without it there is no server to run. */
export const isBuilt = existsSync(operationsFile) && existsSync(`${root}build/handler.js`);

export type Main = {
	readonly host: string;
	readonly origin: string;
	readonly keyringDir: string;
	/** What it printed. */
	readonly lines: readonly string[];
	/** A counter of /metrics. */
	count(name: string): Promise<number>;
	/** The whole process stands still, its sockets open, until 'SIGCONT'. */
	signal(name: 'SIGSTOP' | 'SIGCONT'): void;
	/** Nobody reads any more what it prints. */
	hangUp(): void;
	/** As `kill -9` does. Resolves when it is gone. */
	kill(): Promise<void>;
	/** As Ctrl-C does. Resolves to its exit code. */
	stop(): Promise<number | null>;
};

type Settings = Readonly<Record<string, string>> & { readonly KEYRING_DIR: string };

/** Resolves when it listens. Rejects with what it printed when it ends before. `aheadMs`: by how much its clock goes wrong. */
export async function startMain(environment: Settings, aheadMs = 0): Promise<Main> {
	const port = await freePort();
	const origin = `http://localhost:${port}`;
	const clock = `data:text/javascript,const real = Date.now; Date.now = () => real() + ${aheadMs};`;
	const child = spawn(`${root}node_modules/.bin/node`, ['--import', clock, 'server/main.ts'], {
		cwd: root,
		env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...environment },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const lines: string[] = [];
	const ended = once(child, 'exit');
	const end = async (signal: NodeJS.Signals) => {
		if (child.exitCode === null && child.signalCode === null) child.kill(signal);
		await ended;
		return child.exitCode;
	};
	await new Promise<void>((resolve, reject) => {
		createInterface({ input: child.stdout }).on('line', (line) => {
			lines.push(line);
			if (line.includes('listening on')) resolve();
		});
		void ended.then(() => reject(new Error(`test: the server ended before it listened:\n${lines.join('\n')}`)));
	});
	return {
		host: `127.0.0.1:${port}`,
		origin,
		keyringDir: environment.KEYRING_DIR,
		lines,
		async count(name) {
			const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
			return Number(new RegExp(`^sotto_${name} (\\d+)$`, 'm').exec(await answer.text())?.[1] ?? NaN);
		},
		signal: (name) => void child.kill(name),
		hangUp: () => void child.stdout.destroy(),
		kill: async () => void (await end('SIGKILL')),
		stop: () => end('SIGINT')
	};
}

type Values = Readonly<Record<string, unknown>>;

/** What our client sends for the operation of this name. */
function operation(name: string, variables: Values) {
	const documents: Record<string, string> = JSON.parse(readFileSync(operationsFile, 'utf8'));
	const document = Object.values(documents).find((each) => new RegExp(`^\\s*\\w+ ${name}\\b`).test(each));
	if (document === undefined) throw new Error(`test: expected an operation named ${name}; run npm run generate`);
	return persisted(document, variables);
}

/** Throws the code of a refusal. */
function must({ data, errors }: Result): Result['data'] {
	if (errors !== undefined) throw new Error(codeIn({ errors }));
	return data;
}

/** A free token of this server, without the way to it: its keyring has what tokens are made with. */
export function tokenOf({ keyringDir }: Pick<Main, 'keyringDir'>): TokenClaim {
	return testToken({ keys: createTokenKeys(readFileSync(path.join(keyringDir, 'voprf.seed'))) });
}

/** What the operation of this name of the build is answered, over HTTP. */
export async function askAt(main: Main, name: string, variables: Values): Promise<Result['data']> {
	const { query: _, ...body } = operation(name, variables);
	return must(await postBody(main, body));
}

/** A room as a browser would ask for it, not yet opened. */
export function draftRoomFor(token: TokenClaim): { readonly room: TestRoom; readonly wish: Values } {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	const roomId = randomBytes(16);
	const wish = {
		roomId: text(roomId),
		byte0: 0x12,
		accessPub: text(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
		shard: text(randomBytes(32)),
		shardTag: text(randomBytes(16)),
		card: text(makeEnvelope({ kind: 'control' })),
		token: tokenText(token)
	};
	return { room: { roomId, accessKey: privateKey }, wish };
}

/** Throws the code of a refusal, and what `fetch` throws when nobody answers. */
export async function createAt(main: Pick<Main, 'host'>, wish: Values): Promise<void> {
	const { query: _, ...body } = operation('CreateRoom', wish);
	must(await postBody(main, body));
}

export async function openRoomAt(main: Main): Promise<TestRoom> {
	const { room, wish } = draftRoomFor(tokenOf(main));
	await createAt(main, wish);
	return room;
}

type Joined = { readonly ageMs: number; readonly expiresInMs: number };
export type Reader = { readonly socket: TestSocket; readonly following: Following; readonly joined: Joined };

/** Somebody inside who follows the room. */
export async function enterAt(main: Main, room: TestRoom): Promise<Reader> {
	const socket = await openSocket(main);
	const { joinRoom: joined } = must(await socket.ask(operation('JoinRoom', proofFor(main, room, socket.ack.challenge))));
	const following = new Following();
	socket.listen('room', (message) => following.take(message));
	socket.send({ id: 'room', type: 'subscribe', payload: operation('Room', { after: 0 }) });
	await following.until(({ events }) => events.length > 0);
	return { socket, following, joined };
}

type Words = { readonly kind?: 'content' | 'control'; readonly burnSeconds?: number };

/** Resolves to `t`, the seconds since the room was made. */
export async function postAt({ socket }: Reader, { kind = 'content', burnSeconds }: Words = {}): Promise<number> {
	const env = text(makeEnvelope({ kind }));
	return must(await socket.ask(operation('PostEnvelope', { env, burnSeconds }))).postEnvelope.t;
}

/** How many rows there are. */
export async function readAt({ socket }: Reader): Promise<number> {
	return must(await socket.ask(operation('History', { after: 0 }))).history.rows.length;
}

/** For how long the room still lasts, in milliseconds. */
export async function peekAt(main: Main, { roomId }: TestRoom): Promise<number> {
	const { query: _, ...body } = operation('Peek', { roomId: text(roomId) });
	return must(await postBody(main, body)).peek.expiresInMs;
}

/** Resolves when the room is said to be gone. */
export async function untilGone({ following }: Reader): Promise<void> {
	await following.until(({ events }) => events.at(-1)?.__typename === 'Gone');
}
