/** Commits a batch of posts into the rooms that end on one day, and then tells the rooms: docs/PROTOCOL.md §10. */
import { messageId } from '#protocol/envelope';
import { secondsIn } from '../access/session.ts';
import type { RoomHandle } from '../access/session.ts';
import { Refusal } from '../errors.ts';
import type { PostOptions, PostRequest, Posted } from './post.ts';
import type { Outcome, Post } from './store.ts';
import { storeRepeats } from './store-repeats.ts';
import { storePosts } from './store.ts';

/** Of Postgres: unique_violation. */
const uniqueViolation = '23505';
/** Of Postgres: undefined_table. There is no partition for a day that is over. */
const undefinedTable = '42P01';
/** Of Postgres: deadlock_detected. Batches lock rooms in one order, as far as Postgres' plan keeps to it. */
const deadlockDetected = '40P01';
const deadlockTries = 3;

/** An answer for each request, in order; published in the order of the rows, after COMMIT. */
export async function commitPosts(
	options: PostOptions,
	day: number,
	requests: readonly PostRequest[]
): Promise<readonly (Posted | Error)[]> {
	return answerAll(options, requests, async (unique) => {
		const outcomes = await store(options, day, unique);
		return unique.map((request, index) => conclude(options, request, outcomes[index]));
	});
}

/** The same for a room that keeps nothing: what is said in it gets its number, and is passed on. */
export function commitLive(
	options: PostOptions,
	room: RoomHandle,
	requests: readonly PostRequest[]
): Promise<readonly (Posted | Error)[]> {
	const { rings, numbers, metrics } = options;
	return answerAll(options, requests, async (unique) => {
		const known = unique.map(({ env }) => rings.find(room.ref, env));
		const taken = (await numbers.take(room, known.filter((each) => each === null).length)).values();
		return unique.map((request, index) => {
			const before = known[index];
			if (before === null || before === undefined) return passOn(options, request, taken.next().value);
			metrics.add('messages_repeated_total');
			return { seq: before.seq, t: before.t, status: 'DUP' };
		});
	});
}

function toPost({ session, env, burnSeconds }: PostRequest): Post {
	return { room: session.room.id, env, burnSeconds };
}

type Answer = (unique: readonly PostRequest[]) => Promise<readonly (Posted | Error)[]>;

async function answerAll(
	{ metrics }: PostOptions,
	requests: readonly PostRequest[],
	answer: Answer
): Promise<readonly (Posted | Error)[]> {
	const { unique, places } = withoutCopies(requests);
	const answers = await answer(unique);
	const answered = new Set<number>();
	return places.map((place) => {
		const answer = answers[place] ?? new Error('commit: a request without an answer');
		const repeat = answered.has(place) && !(answer instanceof Error);
		answered.add(place);
		if (repeat) metrics.add('messages_repeated_total');
		return repeat ? { ...answer, status: 'DUP' } : answer;
	});
}

/** A batch may hold the same envelope twice; `places` says which of the unique ones each request is. */
function withoutCopies(requests: readonly PostRequest[]): {
	readonly unique: readonly PostRequest[];
	readonly places: readonly number[];
} {
	const unique: PostRequest[] = [];
	const known = new Map<string, number>();
	const places = requests.map((request) => {
		const mid = messageId(request.env);
		const key = `${request.session.room.id} ${Buffer.from(mid.buffer, mid.byteOffset, mid.length).toString('latin1')}`;
		const place = known.get(key) ?? unique.push(request) - 1;
		known.set(key, place);
		return place;
	});
	return { unique, places };
}

/** Posts are taken for new, which they nearly always are; when they turn out not to be, each is looked for first. */
async function store(
	options: PostOptions,
	day: number,
	requests: readonly PostRequest[],
	triesLeft = deadlockTries
): Promise<readonly (Outcome | Error)[]> {
	const { db } = options;
	const posts = requests.map(toPost);
	try {
		return await recognise(db, day, posts, await storePosts(db, day, posts));
	} catch (error) {
		if (codeOf(error) === undefinedTable) return posts.map(() => ({ kind: 'gone' }));
		// Nothing of the batch was stored, and the other one is through.
		if (codeOf(error) === deadlockDetected && triesLeft > 1) return store(options, day, requests, triesLeft - 1);
		if (codeOf(error) !== uniqueViolation) throw error;
		return storeKnown(db, day, posts);
	}
}

/** A full room still knows what it has: what it refused may be a repeat. Never throws: the rest is committed. */
async function recognise(db: PostOptions['db'], day: number, posts: readonly Post[], outcomes: readonly Outcome[]) {
	const refused = posts.filter((_, index) => outcomes[index]?.kind === 'full');
	if (refused.length === 0) return outcomes;
	const again = await storeRepeats(db, day, refused).catch((error: unknown) => refused.map(() => toError(error)));
	const answers = again[Symbol.iterator]();
	return outcomes.map((outcome) => (outcome.kind === 'full' ? (answers.next().value ?? outcome) : outcome));
}

/** Another instance may store the same envelope at the same time: then each post for itself. */
async function storeKnown(db: PostOptions['db'], day: number, posts: readonly Post[]): Promise<readonly (Outcome | Error)[]> {
	try {
		return await storeRepeats(db, day, posts);
	} catch (error) {
		if (codeOf(error) !== uniqueViolation) throw error;
		return storeSingly(db, day, posts);
	}
}

/** The second try sees what the first one ran into. */
async function storeSingly(db: PostOptions['db'], day: number, posts: readonly Post[]): Promise<readonly (Outcome | Error)[]> {
	const outcomes: (Outcome | Error)[] = [];
	for (const post of posts) {
		const once = () => storeRepeats(db, day, [post]).then(([outcome]) => outcome ?? new Error('commit: expected one outcome'));
		const stored = once().catch((error: unknown) =>
			codeOf(error) === uniqueViolation ? once() : Promise.reject(toError(error))
		);
		outcomes.push(await stored.catch(toError));
	}
	return outcomes;
}

function toError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}

function conclude(
	{ bus, metrics }: PostOptions,
	{ session, env }: PostRequest,
	outcome: Outcome | Error | undefined
): Posted | Error {
	if (outcome === undefined) return new Error('commit: a post without an outcome');
	if (outcome instanceof Error) return outcome;
	switch (outcome.kind) {
		case 'gone':
			return new Refusal('ROOM_GONE');
		case 'full':
			return new Refusal('QUOTA_MESSAGES');
		case 'repeated':
			metrics.add('messages_repeated_total');
			return { seq: outcome.seq, t: outcome.t, status: 'DUP' };
		case 'stored': {
			const { seq, t, burnAt } = outcome;
			bus.publish(session.room.ref, { kind: 'envelope', seq, t, env, tag: session.tag, burnAt });
			metrics.add('messages_stored_total');
			return { seq, t, status: 'STORED' };
		}
	}
}

/** `seq`: `undefined` where the room is over. */
function passOn(
	{ bus, rings, metrics, now }: PostOptions,
	{ session, env, burnSeconds }: PostRequest,
	seq: number | undefined
): Posted | Error {
	const { room, tag } = session;
	const at = now();
	if (seq === undefined || at >= room.expiresAt) return new Refusal('ROOM_GONE');
	const t = secondsIn(room, at);
	const burnAt = burnSeconds === null ? null : at + burnSeconds * 1000;
	const envelope = { kind: 'envelope', seq, t, env, tag, burnAt } as const;
	rings.keep(room.ref, envelope);
	bus.publish(room.ref, envelope);
	metrics.add('messages_relayed_total');
	return { seq, t, status: 'RELAYED' };
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : null;
}
