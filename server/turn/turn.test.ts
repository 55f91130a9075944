import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import type { TestRoom, TestSocket } from '../testing-people.ts';
import { codeIn, join, openRoom, openSocket, proofFor } from '../testing-people.ts';

const direct = 0x18;
const turn = { urls: ['turn:turn.example:3478'], secret: 'a secret of sixteen letters' };
const [ofASession, ofAPerson] = [4, 12];

let database: TestDatabase;
let [server, without]: TestServer[] = [];

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, turn });
	without = await startServer({ databaseUrl: database.url });
});
afterAll(async () => {
	await server?.stop();
	await without?.stop();
	await database.stop();
});

const at = (which = server): TestServer => {
	if (which === undefined) throw new Error('the suite has not begun');
	return which;
};
const openDirect = (of?: TestServer): Promise<TestRoom> => openRoom(at(of), { byte0: direct });

/** How many are given, and the code of the first that isn't. */
async function takeAll(socket: TestSocket): Promise<{ readonly given: number; readonly code: string | undefined }> {
	for (let given = 0; ; given++) {
		const result = await socket.run('turnCredentials');
		if (result.errors !== undefined) return { given, code: codeIn(result) };
		expect(result.data.turnCredentials.urls).toEqual(turn.urls);
	}
}

test('credentials are for a session in a room alone, and not for one that only looks', async () => {
	const socket = await openSocket(at());
	expect(codeIn(await socket.run('turnCredentials'))).toBe('NO_SESSION');
	const room = await openDirect();
	const watching = await join(at(), room, { watch: true });
	expect(codeIn(await watching.run('turnCredentials'))).toBe('NO_SESSION');
	const inside = await join(at(), room);
	const { username, credential } = (await inside.run('turnCredentials')).data.turnCredentials;
	expect(username).toMatch(/^\d{10}:[0-9a-f]{16}$/);
	expect(credential).toMatch(/^[\w+/]{27}=$/);
	await inside.run('leave');
	expect(codeIn(await inside.run('turnCredentials'))).toBe('NO_SESSION');
});

test('a session is given four, and with its reloads a person twelve', async () => {
	const room = await openDirect();
	let session: string | undefined;
	let given = 0;
	for (let loads = 0; loads < ofAPerson / ofASession; loads++) {
		const socket = await openSocket(at());
		const replaces = session === undefined ? {} : { replaces: session };
		const joined = await socket.run('joinRoom', { ...proofFor(at(), room, socket.ack.challenge), ...replaces });
		session = joined.data.joinRoom.session;
		const taken = await takeAll(socket);
		expect(taken).toEqual({ given: ofASession, code: 'RATE_LIMITED' });
		given += taken.given;
	}
	expect(given).toBe(ofAPerson);
	const last = await openSocket(at());
	await last.run('joinRoom', { ...proofFor(at(), room, last.ack.challenge), replaces: session });
	expect(await takeAll(last)).toEqual({ given: 0, code: 'RATE_LIMITED' });
});

test('where there is no relay nothing is given, and nobody is refused', async () => {
	const inside = await join(at(without), await openDirect(without));
	expect((await inside.run('turnCredentials')).data).toEqual({ turnCredentials: null });
});
