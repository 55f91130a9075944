/** The way of a post through the server: checks, rates, group commit, and only then the others and the answer. */
import { toBurnSeconds } from '#protocol/burn';
import type { EnvelopeHeader } from '#protocol/envelope';
import { parseHeader } from '#protocol/envelope';
import type { Mode } from '#protocol/mode';
import { secondsIn } from '../access/session.ts';
import type { RoomHandle, Session } from '../access/session.ts';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import { commitLive, commitPosts } from './commit.ts';
import type { Lane } from './lane.ts';
import { createLane } from './lane.ts';

export type PostRequest = {
	readonly session: Session;
	readonly env: Uint8Array;
	/** One of `burnChoices`, or `null`: stays until the room ends. */
	readonly burnSeconds: number | null;
};

/**
 * `seq` is 0 for control envelopes. `RELAYED`: passed on and not stored, as control is everywhere, and content in Live rooms.
 * `t`: whole seconds since the room was made.
 */
export type Posted = { readonly seq: number; readonly t: number; readonly status: 'STORED' | 'DUP' | 'RELAYED' };

export type PostQueue = {
	/**
	 * Resolves after COMMIT. Posts of one session are kept in order. Throws `ENV_LENGTH`, `BAD_INPUT`, `RATE_LIMITED`,
	 * `NO_SESSION`, `ROOM_GONE` or `QUOTA_MESSAGES`.
	 */
	post(request: PostRequest): Promise<Posted>;
};

export type PostOptions = Pick<Services, 'db' | 'bus' | 'rings' | 'numbers' | 'limits' | 'metrics' | 'now'> & {
	readonly rates: Services['access']['rates'];
};

const maxBatch = 256;

export function createPostQueue(options: PostOptions): PostQueue {
	const lanes = new Map<number | bigint, Lane<PostRequest, Posted | Error>>();
	const laneOf = (room: RoomHandle): Lane<PostRequest, Posted | Error> => {
		// Rows go together by the day whose table takes them; what is only passed on has nothing in common with other rooms.
		const { day, id } = room;
		const [name, commit] =
			room.mode === 'stored'
				? [day, (requests: readonly PostRequest[]) => commitPosts(options, day, requests)]
				: [id, (requests: readonly PostRequest[]) => commitLive(options, room, requests)];
		const lane = lanes.get(name) ?? createLane({ maxBatch, commit, onIdle: () => lanes.delete(name) });
		lanes.set(name, lane);
		return lane;
	};
	const admit = async (request: PostRequest): Promise<Posted> => {
		const header = headerOf(request.env);
		checkPost(options, request, header);
		if (header.kind === 'control') return relay(options, request);
		const answer = await laneOf(request.session.room).add(request);
		if (answer instanceof Error) throw answer;
		return answer;
	};
	return {
		post: (request) =>
			admit(request).catch((error: unknown) => {
				options.metrics.add('messages_refused_total');
				throw error;
			})
	};
}

/** Whatever is wrong with the outside of an envelope has one code (§17). */
function headerOf(env: Uint8Array): EnvelopeHeader {
	try {
		return parseHeader(env);
	} catch {
		throw new Refusal('ENV_LENGTH');
	}
}

function checkPost({ limits, rates }: PostOptions, { session, burnSeconds }: PostRequest, header: EnvelopeHeader): void {
	const control = header.kind === 'control';
	if (session.ended || session.watch) throw new Refusal('NO_SESSION');
	if (!control && !isContentOf(session.room.mode, header)) throw new Refusal('ENV_LENGTH');
	if (burnSeconds !== null && (control || toBurnSeconds(burnSeconds) === null)) throw new Refusal('BAD_INPUT');
	const { id, room } = session;
	const within = control
		? rates.take(`control:${id}`, limits.controlPerSession)
		: rates.take(`content:${id}`, limits.contentPerSession) && rates.take(`room:${room.ref}`, limits.contentPerRoom);
	if (!within) throw new Refusal('RATE_LIMITED');
}

/** Stored rooms keep rows of one size under the room's key, Live rooms pass on what has slots, and Direct rooms have none here (§8, §11). */
function isContentOf(mode: Mode, { bucket, slots }: EnvelopeHeader): boolean {
	return mode !== 'direct' && bucket === 'S' && slots === (mode === 'relayed');
}

function relay({ bus, metrics, now }: PostOptions, { session, env }: PostRequest): Posted {
	const { ref, expiresAt } = session.room;
	const at = now();
	if (at >= expiresAt) throw new Refusal('ROOM_GONE');
	const t = secondsIn(session.room, at);
	bus.publish(ref, { kind: 'envelope', seq: 0, t, env, tag: session.tag, burnAt: null });
	metrics.add('messages_relayed_total');
	return { seq: 0, t, status: 'RELAYED' };
}
