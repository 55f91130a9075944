/** The way into a room: reads the link, asks the server, makes the key, joins. What was typed stays with the screen. */
import { findInvite } from '#protocol/invite';
import type { Bytes } from '#protocol/bytes';
import type { Mode } from '#protocol/mode';
import { peekRoom } from '../api/rooms.ts';
import { readRecord, wipe } from '../storage/session-record.ts';
import type { KeyRef } from '../vault/calls.ts';
import { enter } from './enter.ts';
import { suggestAlias } from './nick.ts';
import { guardPage } from './page-guard.ts';
import { pageClock } from './page-signs.ts';
import { pageVault } from './page-vault.ts';
import { toProblem } from './problems.ts';
import { requireSupport } from './support.ts';
import { pageServer } from './page-server.ts';
import { RoomError } from './view.ts';
import type { EntryProblem, GateView } from './view.ts';

type Answers = Parameters<GateView['enter']>[0];
type Read = {
	readonly key: KeyRef;
	readonly code: string;
	readonly mode: Mode;
	readonly password: boolean;
	readonly roomId: Bytes;
	readonly storageKey: string;
};

/** So many wrong passwords may follow each other before one is asked to wait. */
const freeGuesses = 2;
const guessWaitSeconds = 5;
/** What no other password or name changes. */
const final: ReadonlySet<EntryProblem> = new Set<EntryProblem>([
	...(['link-damaged', 'link-incomplete', 'link-version', 'gone', 'full', 'substituted', 'old-browser'] as const),
	...(['server-away', 'too-fast'] as const)
]);

/** What mail filters and browsers write for characters that never stand in a link. */
function unescape(fragment: string): string {
	try {
		return decodeURIComponent(fragment);
	} catch {
		// A lone per cent sign: then it is read as it stands.
		return fragment;
	}
}

export class Gate implements GateView {
	readonly suggested = suggestAlias();
	readonly #fragment: string;
	#read = $state.raw<Read | null>(null);
	#phase = $state.raw<GateView['phase']>('reading');
	#problem = $state.raw<EntryProblem | null>(null);
	#leftMs = $state.raw(0);
	#returning = $state.raw(false);
	#progress = $state.raw(0);
	#peopleLimit = $state.raw(0);
	#waitSeconds = $state.raw(0);
	#wrong = 0;
	#tries = 0;

	/** `fragment`: what stands behind the # of a link, or a bare code. */
	constructor(fragment: string) {
		this.#fragment = unescape(fragment);
		guardPage();
		void this.again();
	}

	get phase(): GateView['phase'] {
		return this.#phase;
	}

	get problem(): EntryProblem | null {
		return this.#problem;
	}

	get mode(): Mode {
		return this.#read?.mode ?? 'stored';
	}

	get passwordNeeded(): boolean {
		return this.#read?.password ?? true;
	}

	get leftMs(): number {
		return this.#leftMs;
	}

	get returning(): boolean {
		return this.#returning;
	}

	get progress(): number {
		return this.#progress;
	}

	get peopleLimit(): number {
		return this.#peopleLimit;
	}

	get waitSeconds(): number {
		return this.#waitSeconds;
	}

	/** The code of the link, mended; empty until it was read. */
	get code(): string {
		return this.#read?.code ?? '';
	}

	async again(): Promise<void> {
		this.#phase = 'reading';
		this.#problem = null;
		try {
			requireSupport();
			this.#read ??= await readCode(this.#fragment);
			await this.#peek(this.#read);
			this.#phase = 'asking';
		} catch (error) {
			this.#stop(toProblem(error));
		}
	}

	async enter({ nick, colour, password }: Answers): Promise<void> {
		const read = this.#read;
		if (read === null || (this.#phase !== 'asking' && this.#phase !== 'stopped')) return;
		this.#problem = null;
		this.#progress = 0;
		this.#phase = 'deriving';
		const mine = ++this.#tries;
		const vault = pageVault();
		const stop = vault.onProgress((progress) => (this.#progress = progress));
		try {
			const { key, code, mode, roomId, storageKey } = read;
			const known = password === undefined || !read.password ? {} : { password };
			await vault.call('unlock', { key, ...known });
			if (mine !== this.#tries) return;
			this.#phase = 'joining';
			await enter({ key, code, mode, roomId, storageKey, author: { nick: nick.normalize('NFC'), colour }, ...known });
			this.#phase = 'inside';
		} catch (error) {
			if (mine === this.#tries) this.#stop(toProblem(error));
		} finally {
			stop();
		}
	}

	cancel(): void {
		if (this.#phase !== 'deriving') return;
		this.#tries++;
		pageVault().call('cancel', {}).catch(reportError);
		this.#stop('cancelled');
	}

	async #peek({ roomId, storageKey }: Read): Promise<void> {
		this.#returning = readRecord(storageKey) !== null;
		const { expiresInMs, full, people } = await peekRoom(pageServer().http, roomId);
		this.#leftMs = expiresInMs;
		this.#peopleLimit = people;
		// Who comes back takes a place that is kept.
		if (full && !this.#returning) throw new RoomError('full');
	}

	#stop(problem: EntryProblem): void {
		this.#problem = problem;
		if (problem === 'gone' && this.#returning) wipe();
		this.#phase = final.has(problem) || this.#read === null ? 'stopped' : 'asking';
		if (problem === 'wrong-password' && ++this.#wrong > freeGuesses) this.#waitUntil(pageClock.now() + guessWaitSeconds * 1000);
	}

	#waitUntil(time: number): void {
		this.#waitSeconds = Math.max(0, Math.ceil((time - pageClock.now()) / 1000));
		if (this.#waitSeconds > 0) setTimeout(() => this.#waitUntil(time), 1000);
	}
}

async function readCode(fragment: string): Promise<Read> {
	const invite = findInvite(`/r#${fragment}`);
	if (invite.kind !== 'code') throw new RoomError(invite.kind === 'no-key' ? 'link-incomplete' : 'link-damaged');
	const { code } = invite;
	const read = await pageVault().call('readLink', { code });
	if (read.mode !== 'stored') throw new RoomError('link-version');
	return { ...read, code };
}
