/** The way into a room: reads the link, asks the server, makes the key, joins. What was typed stays with the screen. */
import { findInvite } from '#protocol/invite';
import type { Mode } from '#protocol/mode';
import { ApiFailure } from '../api/failure.ts';
import { peekRoom } from '../api/rooms.ts';
import { device } from '../storage/database.ts';
import { isIdentityFree } from '../storage/identity-lock.ts';
import { forgetRoom, readRecord } from '../storage/session-record.ts';
import { backoffMs } from './backoff.ts';
import { enter } from './enter.ts';
import { firstOffer } from './info.ts';
import { findKept } from './kept-read.ts';
import { drawSecurely } from './draw.ts';
import { suggestAlias } from './nick.ts';
import { guardPage } from './page-guard.ts';
import { pageClock, restOffline } from './page-signs.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import { toProblem } from './problems.ts';
import { readLink } from './read-link.ts';
import type { LinkRead } from './read-link.ts';
import { requireSupport } from './support.ts';
import { loadSockets, pageServer } from './page-server.ts';
import { RoomError } from './view.ts';
import type { EntryProblem, GateView } from './view.ts';

type Answers = Parameters<GateView['enter']>[0];
type Read = LinkRead & { readonly code: string };

/** So many wrong passwords may follow each other before one is asked to wait. */
const freeGuesses = 2;
const guessWaitSeconds = 5;
/** The server counts by the minute. */
const tooFastSeconds = 60;
/** Where the pace of trying again begins: 2 to 4 s. */
const firstAway = 4;
/** Between two looks at a room that is full. */
const placeMs = 10_000;
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
	readonly kept = false;
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
	#canKeep = $state.raw(true);
	#waitsForPlace = $state.raw(false);
	#hasRelay = $state.raw<boolean | null>(null);
	readonly #toKept: (localId: string) => void;
	#wrong = 0;
	/** Tries in vain at a server that is away, for the pace. */
	#away = firstAway;
	/** Goes up with whatever somebody does here, so that a slow answer to something older is left alone. */
	#round = 0;
	#trying = new AbortController();
	#last: Promise<void> = Promise.resolve();
	#waiting: ReturnType<typeof setTimeout> | undefined;

	/** `fragment`: what stands behind the # of a link, or a bare code. `toKept`: the room stays here, and is entered as one that does. */
	constructor(fragment: string, toKept: (localId: string) => void) {
		this.#fragment = unescape(fragment);
		this.#toKept = toKept;
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

	get hasRelay(): boolean | null {
		return this.#hasRelay;
	}

	get canKeep(): boolean {
		return this.#canKeep;
	}

	get waitsForPlace(): boolean {
		return this.#waitsForPlace;
	}

	/** The code of the link, mended; empty until it was read. */
	get code(): string {
		return this.#read?.code ?? '';
	}

	async again(): Promise<void> {
		this.#round++;
		this.#phase = 'reading';
		this.#problem = null;
		await this.#look();
	}

	waitForPlace(): void {
		if (this.#waitsForPlace) return;
		this.#waitsForPlace = true;
		this.#round++;
		void this.#look();
	}

	async enter(answers: Answers): Promise<void> {
		const read = this.#read;
		if (read === null || (this.#phase !== 'asking' && this.#phase !== 'stopped')) return;
		this.#round++;
		this.#problem = null;
		this.#progress = 0;
		this.#phase = 'deriving';
		const { signal } = (this.#trying = new AbortController());
		const stop = pageVault().onProgress((progress) => (this.#progress = signal.aborted ? this.#progress : progress));
		try {
			// One that was cancelled gives back the lock on who one is.
			await this.#last.catch(() => undefined);
			this.#last = this.#goIn(read, answers, signal);
			await this.#last;
			this.#phase = 'inside';
		} catch (error) {
			if (!signal.aborted) this.#stop(toProblem(error));
		} finally {
			stop();
		}
	}

	cancel(): void {
		if (this.#phase !== 'deriving' && this.#phase !== 'joining') return;
		this.#abort();
		this.#stop('cancelled');
	}

	/** The screen goes, or another link takes its place: nobody comes in by this one any more. */
	close(): void {
		this.#round++;
		clearTimeout(this.#waiting);
		if (this.#phase === 'deriving' || this.#phase === 'joining') this.#abort();
	}

	#abort(): void {
		this.#trying.abort(new RoomError('cancelled'));
		pageVault().call('cancel', {}).catch(reportError);
	}

	/** Each try has a key of its own: one that came as far as the room can't be unlocked again. */
	async #goIn({ code, mode, roomId, storageKey, password: asked }: Read, answers: Answers, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		const { nick, colour, password, keep } = answers;
		const vault = pageVault();
		const { key } = await vault.call('readLink', { code });
		try {
			const known = password === undefined || !asked ? {} : { password };
			await vault.call('unlock', { key, ...known });
			signal.throwIfAborted();
			this.#phase = 'joining';
			// A page that was loaded anew says nothing of it, and remembers what it said.
			const openly = mode === 'direct' && !this.#returning && this.#hasRelay !== true;
			const author = { nick: nick.normalize('NFC'), colour };
			await enter({ key, code, mode, roomId, storageKey, author, openly, ...known, ...(keep && { keep }) }, signal);
		} catch (error) {
			await forgetKey(vault, key);
			throw error;
		}
	}

	/** Reads the link and asks the server, and says what came of it unless somebody has gone on meanwhile. */
	async #look(): Promise<void> {
		const mine = this.#round;
		const problem = await this.#ask();
		if (mine !== this.#round) return;
		this.#problem = problem;
		if (problem !== null) return this.#stop(problem);
		this.#phase = 'asking';
		this.#away = firstAway;
		this.#waitsForPlace = false;
	}

	async #ask(): Promise<EntryProblem | null> {
		try {
			requireSupport();
			this.#read ??= await readCode(this.#fragment);
			const { canKeep, localId } = await findKept(device.onDisk, pageVault(), this.#read.storageKey);
			this.#canKeep = canKeep;
			if (localId !== null) this.#toKept(localId);
			else await this.#peek(this.#read);
			return null;
		} catch (error) {
			const problem = toProblem(error);
			// A server that can't say now whether the room is there is as good as away.
			return error instanceof ApiFailure && !final.has(problem) ? 'server-away' : problem;
		}
	}

	async #peek({ mode, roomId, storageKey }: Read): Promise<void> {
		if (mode === 'direct') this.#hasRelay = (await firstOffer())?.relay ?? null;
		// The record of a tab that was duplicated is the other's: in this one somebody new comes in.
		this.#returning = readRecord(storageKey) !== null && (await isIdentityFree(storageKey));
		const [{ expiresInMs, full, people }] = await Promise.all([peekRoom(pageServer().http, roomId), loadSockets()]);
		this.#leftMs = expiresInMs;
		this.#peopleLimit = people;
		// Who comes back takes a place that is kept. The two in a Direct room are to be told of who wants in: by their trying.
		if (full && !this.#returning && mode !== 'direct') throw new RoomError('full');
	}

	#stop(problem: EntryProblem): void {
		this.#problem = problem;
		if (problem === 'gone' && this.#read !== null) forgetRoom(this.#read);
		this.#phase = final.has(problem) || this.#leftMs === 0 ? 'stopped' : 'asking';
		if (problem === 'wrong-password' && ++this.#wrong > freeGuesses) this.#waitFor(guessWaitSeconds);
		if (problem === 'too-fast') this.#waitFor(tooFastSeconds);
		if (problem === 'server-away') void this.#tryAfter(backoffMs(this.#away++, drawSecurely));
		if (problem === 'full' && this.#waitsForPlace) void this.#tryAfter(placeMs);
	}

	/** Or as soon as there is a network again. */
	async #tryAfter(ms: number): Promise<void> {
		const mine = this.#round;
		await restOffline(ms);
		if (mine === this.#round) await this.#look();
	}

	#waitFor(seconds: number): void {
		clearTimeout(this.#waiting);
		this.#waitUntil(pageClock.now() + seconds * 1000);
	}

	#waitUntil(time: number): void {
		this.#waitSeconds = Math.max(0, Math.ceil((time - pageClock.now()) / 1000));
		if (this.#waitSeconds > 0) this.#waiting = setTimeout(() => this.#waitUntil(time), 1000);
	}
}

async function readCode(fragment: string): Promise<Read> {
	const invite = findInvite(`/r#${fragment}`);
	if (invite.kind !== 'code') throw new RoomError(invite.kind === 'no-key' ? 'link-incomplete' : 'link-damaged');
	const { code } = invite;
	return { ...(await readLink(code)), code };
}
