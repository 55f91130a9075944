/** For tests: people with vaults of their own in rooms of a real server, over real sockets. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringifyDocument } from '@urql/core';
import type { Bytes } from '#protocol/bytes';
import type { Mode } from '#protocol/mode';
import { tokenKeyHintSize } from '#protocol/tokens';
import { createApp } from '../../../server/app.ts';
import type { TestServer } from '../../../server/testing.ts';
import { testToken } from '../../../server/tokens/testing.ts';
import type { Connection } from '../api/connection.ts';
import { ApiFailure } from '../api/failure.ts';
import * as operations from '../api/operations.ts';
import { createRoom } from '../api/rooms.ts';
import { solveWork } from '../crypto/work.ts';
import { argon2 } from '../vault/argon2.ts';
import type { Calls } from '../vault/calls.ts';
import type { Kdf } from '../vault/kdf.ts';
import { createKeeper } from '../vault/keeper.ts';
import type { Vault } from '../vault/vault.ts';
import { join } from './join.ts';
import type { Server } from './join.ts';
import { drawSecurely } from './draw.ts';
import { makeLiveDirect } from './live-direct.ts';
import { makeLive } from './live.ts';
import type { Clock, Entered, Keepsake, PageEvent, Ports } from './ports.ts';
import type { Shown } from './shown.ts';
import { Stay } from './stay.ts';
import { doorTo } from './testing-door.ts';
import type { DoorOptions, Tamper } from './testing-door.ts';
import type { Ending, MessageItem } from './view.ts';

const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
// Argon2id at its cheapest: what the real cost gives is the vectors' business.
const kdf: Kdf = { derive: (input) => argon2({ ...input, m: 8, t: 1 }), work: (work) => solveWork(argon2, work) };
const persisted = Object.fromEntries(
	Object.values(operations).map((document) => {
		const text = stringifyDocument(document);
		return [createHash('sha256').update(text).digest('hex'), text];
	})
);
export const password = 'abacus-abdomen-abide-ability';

/** The server's services behind a door that can be shut and opened again on the same port. */
export class House {
	#server: TestServer | null = null;
	#close: () => Promise<void> = () => Promise.resolve();
	#port = 0;

	/** `server`: another one in its place, as after a restart. */
	async open(server = this.#open): Promise<void> {
		this.#server = server;
		const pages = () => undefined;
		const app = createApp(server.services, { persisted, pages, trustedProxies: [] });
		const http = createServer(app.serverOptions, app.handle);
		http.on('upgrade', app.upgrade);
		await once(http.listen(this.#port, '127.0.0.1'), 'listening');
		this.#port = (http.address() as AddressInfo).port;
		this.#close = async () => {
			await app.close();
			http.close();
			http.closeAllConnections();
		};
	}

	shut(): Promise<void> {
		return this.#close();
	}

	get services(): TestServer['services'] {
		return this.#open.services;
	}

	get address(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	door(options: Omit<DoorOptions, 'origin'> = {}): Server {
		return doorTo(this.address, { origin: this.#open.origin, ...options });
	}

	get #open(): TestServer {
		if (this.#server === null) throw new Error('testing: no server behind the door yet');
		return this.#server;
	}
}

export function keeperVault(): Pick<Vault, 'call'> {
	const keeper = createKeeper({ random, kdf, now: () => Date.now() });
	// Structured clone as between page and worker, so that neither holds the other's bytes.
	return { call: async (name, args) => structuredClone(await keeper[name](structuredClone(args))) };
}

/** A device's clocks, which tests set as people and long sleeps do. */
export class HandClock implements Clock {
	/** Added to both clocks. */
	offsetMs = 0;
	/** Added to the wall clock alone. */
	wallMs = 0;
	readonly now = (): number => performance.now() + this.offsetMs;
	readonly wall = (): number => Date.now() + this.offsetMs + this.wallMs;
}

/** One person at one page: what it shows, and the page's signs. */
export class Guest {
	readonly sockets: Connection[] = [];
	readonly endings: Ending[] = [];
	/** Types of what was sealed here. */
	readonly said: string[] = [];
	/** What stood there when one could be shown in the room; `null`: not before all of it did. */
	early: readonly string[] | null = null;
	readonly #listeners = new Set<(event: PageEvent) => void>();
	readonly #waiting = new Set<() => void>();
	shown: Partial<Shown> = {};
	record: Bytes | null = null;
	hidden = false;
	online = true;
	/** Whether a new connection would come about. */
	reachable = true;
	readonly clock: HandClock;
	stay: Stay;

	constructor(
		make: (guest: Guest, ports: Ports) => Entered,
		ports: Omit<Ports, 'clock' | 'signs' | 'keepsake' | 'finish'> & { readonly clock: HandClock; readonly keepsake?: Keepsake }
	) {
		this.clock = ports.clock;
		const whole: Ports = {
			...ports,
			signs: {
				isHidden: () => this.hidden,
				isOnline: () => this.online,
				watch: (listener) => {
					this.#listeners.add(listener);
					return () => this.#listeners.delete(listener);
				},
				beforeFrame: (run) => void setImmediate(run)
			},
			keepsake: ports.keepsake ?? { write: (record) => void (this.record = new Uint8Array(record)) },
			finish: (ending) => this.endings.push(ending)
		};
		this.stay = new Stay(make(this, whole), whole, (change) => {
			this.shown = { ...this.shown, ...change };
			for (const wake of this.#waiting) wake();
		});
	}

	/** Something is about to go out. */
	says(type: string): void {
		this.said.push(type);
		for (const wake of this.#waiting) wake();
	}

	/** Both clocks go on by so much. */
	set offsetMs(ms: number) {
		this.clock.offsetMs = ms;
	}

	signal(event: PageEvent): void {
		for (const listener of this.#listeners) listener(event);
	}

	get messages(): readonly MessageItem[] {
		return (this.shown.items ?? []).filter((item) => item.kind === 'message');
	}

	get texts(): readonly string[] {
		return this.messages.map((message) => message.text);
	}

	get notes(): readonly string[] {
		return (this.shown.items ?? []).flatMap((item) =>
			item.kind === 'note' ? [`${item.note.is} ${'nick' in item.note ? item.note.nick : ''}`.trim()] : []
		);
	}

	/** Of the others, those who can read what is written here. */
	get readers(): readonly string[] {
		const { people = [], readers } = this.shown;
		return people.filter(({ fp }) => readers?.includes(fp)).map(({ nick }) => nick);
	}

	get here(): readonly string[] {
		return (this.shown.people ?? []).filter((person) => person.presence === 'here').map((person) => person.nick);
	}

	/** Resolves when what is shown satisfies. */
	async until(satisfied: (guest: Guest) => boolean): Promise<void> {
		while (!satisfied(this)) {
			await new Promise<void>((resolve) => {
				const wake = () => {
					this.#waiting.delete(wake);
					resolve();
				};
				this.#waiting.add(wake);
			});
		}
	}

	/** The socket breaks as a network does, without a word from anybody. */
	breakSocket(): void {
		this.sockets.at(-1)?.close();
	}
}

export type Lodging = Calls['create'][1];

/** A room's row and keys; nobody is in it. Without a password where it can do without. */
export async function openLodging(house: House, people = 20, mode: Mode = 'stored'): Promise<Lodging> {
	const vault = keeperVault();
	const author = { nick: 'Host', colour: 0 };
	const secret = mode === 'stored' ? { password } : {};
	const made = await vault.call('create', { mode, ...secret, roomName: 'Thursday plans', author });
	await createRoom(house.door().http, { ...made, people, token: { ...testToken(), plan: 'free' } });
	return made;
}

export type Arriving = {
	/** Who comes back, with what they have kept. */
	readonly remembered?: Guest | undefined;
	/** Of the token key that they were given, 4 bytes. */
	readonly tokenKeyHint?: Bytes;
	readonly tamper?: Tamper;
};

/** Somebody comes in by the link. Resolves when they know who is there, and say hello. */
export async function comeIn(
	house: Pick<House, 'door'>,
	{ code }: Pick<Lodging, 'code'>,
	nick: string,
	arriving: Arriving = {}
): Promise<Guest> {
	const { remembered, tamper, tokenKeyHint = new Uint8Array(tokenKeyHintSize) } = arriving;
	const clock = new HandClock();
	const vault = keeperVault();
	const { key, roomId, mode, password: asksPassword } = await vault.call('readLink', { code });
	await vault.call('unlock', { key, ...(asksPassword && { password }) });
	const record = remembered?.record ?? null;
	const { recalled } = record === null ? { recalled: null } : await vault.call('recall', { key, record });
	const author = recalled?.author ?? { nick, colour: 1 };
	const sockets: Connection[] = [];
	const server = house.door({ sockets, tamper });
	const session = recalled?.session;
	const joined = await join({ server, vault, clock, key, roomId, ...(session && { replaces: session }) });
	const { shard, shardTag, card } = joined.entry;
	const entered = await vault.call('enter', { key, shard, shardTag, card, author, ...(record && { record }) });
	const unsent = (recalled?.unsent ?? []).map((envelope) => new Uint8Array(envelope));
	let greeted = (): void => undefined;
	const greeting = new Promise<void>((resolve) => (greeted = resolve));
	const guest: Guest = new Guest(() => ({ key, link: code, mode, author, unsent, joined, ...entered }), {
		vault: {
			call(name, args) {
				// Nothing is said before the hello.
				if (name === 'seal') greeted();
				if ('body' in args) guest.says(args.body.type);
				return vault.call(name, args);
			}
		},
		clock,
		draw: drawSecurely,
		...(mode !== 'stored' && { makeLive: mode === 'direct' ? makeLiveDirect(true) : makeLive }),
		rejoin: (replaces, signal) =>
			guest.reachable ? join({ server, vault, clock, key, roomId, replaces, signal }) : Promise.reject(new ApiFailure('OFFLINE')),
		showTyping: () => true,
		tokenKeyHint: () => Promise.resolve(tokenKeyHint)
	});
	guest.sockets.push(...sockets);
	sockets.push = (...more) => guest.sockets.push(...more);
	await Promise.all([guest.stay.begin(() => (guest.early = guest.texts)), greeting]);
	return guest;
}
