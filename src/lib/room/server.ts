/** The page's one door to the server over HTTP, and the address of its sockets. */
import type { Client } from '@urql/core';
import { createHttpClient } from '../api/client';

let held: Client | null = null;

export function pageServer(): Client {
	held ??= createHttpClient();
	return held;
}

export function socketUrl(): string {
	return `${location.origin.replace(/^http/, 'ws')}/graphql`;
}
