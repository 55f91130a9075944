import { Client } from '@urql/core';
import { expect, test, vi } from 'vitest';
import type { Connection } from '../api/connection.ts';
import { ApiFailure } from '../api/failure.ts';
import type { KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import { VaultError } from '../vault/vault-error.ts';
import type { JoinRequest } from './join.ts';
import { join } from './join.ts';

const client = new Client({ url: 'http://127.0.0.1:9', preferGetMethod: false, exchanges: [] });

function wait<Value>() {
	return Promise.withResolvers<Value>();
}

/** Somebody at the door: what is connected to, and what the vault proves, come when the test says so. */
function stand() {
	const [socket, proof] = [wait<Connection>(), wait<never>()];
	const close = vi.fn();
	const proved = vi.fn();
	const call: Vault['call'] = () => {
		proved();
		return proof.promise;
	};
	const giving = new AbortController();
	const request: JoinRequest = {
		server: { http: client, connect: () => socket.promise, origin: 'https://rooms.example' },
		vault: { call },
		clock: { now: () => 0, wall: () => 0 },
		key: 1 as KeyRef,
		roomId: new Uint8Array(16),
		signal: giving.signal
	};
	const connection: Connection = { client, challenge: new Uint8Array(32), now: 0, closed: new Promise(() => undefined), close };
	return { request, giving, close, proved, proof, connect: () => socket.resolve(connection) };
}

test('a socket that has not come about is given up, and closed when it comes late', async () => {
	const { request, giving, close, connect } = stand();
	const reason = new ApiFailure('OFFLINE');
	const joining = join(request);
	giving.abort(reason);
	await expect(joining).rejects.toBe(reason);
	expect(close).not.toHaveBeenCalled();
	connect();
	await vi.waitUntil(() => close.mock.calls.length === 1);
});

test('once there is a socket nothing is given up: the server may let one in by it', async () => {
	const { request, giving, proved, proof, connect } = stand();
	const joining = join(request);
	connect();
	await vi.waitUntil(() => proved.mock.calls.length === 1);
	giving.abort(new ApiFailure('OFFLINE'));
	const fault = new VaultError('CANCELLED');
	proof.reject(fault);
	await expect(joining).rejects.toBe(fault);
});
