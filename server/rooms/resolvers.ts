/** The rooms' part of the schema. Translates arguments, and nothing else: rules stand in the use cases. */
import { encodeBase64url } from '#protocol/base64url';
import { joinWorkDifficulty } from '#protocol/limits';
import { planNames } from '#protocol/plans';
import { periodOf } from '#protocol/tokens';
import type { Plan, PlanName } from '#protocol/plans';
import { charge, perMinute } from '../access/rates.ts';
import type { Task } from '../access/work.ts';
import type { Builder } from '../context.ts';
import type { Services } from '../services.ts';
import { createRoom } from './create.ts';
import type { Created } from './create.ts';
import { purgeRoom } from './end.ts';
import { joinRoom } from './join.ts';
import type { Joined } from './join.ts';
import { leaveRoom, unlockJoins } from './leave.ts';
import { peek } from './peek.ts';
import type { Peek } from './peek.ts';

type PlanInfo = Plan & { readonly name: PlanName };
type TokenKeyInfo = { readonly plan: PlanName; readonly period: number; readonly key: Uint8Array };
type Info = {
	readonly v: number;
	readonly now: number;
	readonly plans: readonly PlanInfo[];
	readonly plansOn: boolean;
	readonly tokenKeys: readonly TokenKeyInfo[];
	readonly modes: readonly string[];
	readonly relay: boolean;
};
type PowChallenge = { readonly challenge: Uint8Array; readonly difficulty: number };

export function addRoomFields(builder: Builder): void {
	addInfo(builder);
	addPeek(builder);
	addPowChallenge(builder);
	addCreateRoom(builder);
	addJoinRoom(builder);
	addSessionMutations(builder);
}

function addInfo(builder: Builder): void {
	const PlanInfo = builder.objectRef<PlanInfo>('PlanInfo').implement({
		description: 'What a plan allows. Absent: no limit.',
		fields: (t) => ({
			name: t.exposeString('name'),
			roomsPerMonth: t.exposeInt('roomsPerMonth', { nullable: true }),
			roomsPerHour: t.exposeInt('roomsPerHour', { nullable: true }),
			messages: t.exposeInt('messages', { nullable: true }),
			lifetimesSeconds: t.intList({ resolve: (plan) => [...plan.lifetimesSeconds] }),
			maxLifetimeSeconds: t.exposeInt('maxLifetimeSeconds', { nullable: true }),
			people: t.exposeInt('people'),
			files: t.exposeInt('files')
		})
	});
	const TokenKey = builder.objectRef<TokenKeyInfo>('TokenKey').implement({
		description: 'The public key of a plan’s tokens of this month.',
		fields: (t) => ({
			plan: t.exposeString('plan'),
			period: t.exposeInt('period'),
			key: t.field({ type: 'Bytes', resolve: ({ key }) => key })
		})
	});
	const Info = builder.objectRef<Info>('Info').implement({
		description:
			'The version of the protocol, the clock (unix ms), the plans and whether they apply, the keys of tokens, and the modes that can be opened now.',
		fields: (t) => ({
			v: t.exposeInt('v'),
			now: t.exposeFloat('now'),
			plans: t.field({ type: [PlanInfo], resolve: (info) => [...info.plans] }),
			plansOn: t.exposeBoolean('plansOn', { description: 'Off: rooms are opened without tokens, with what Pro allows.' }),
			tokenKeys: t.field({ type: [TokenKey], resolve: (info) => [...info.tokenKeys] }),
			modes: t.stringList({ resolve: (info) => [...info.modes] }),
			relay: t.exposeBoolean('relay', {
				description: 'Direct rooms can go by a relay, so that nobody sees the address of the other.'
			})
		})
	});
	builder.queryField('info', (t) => t.field({ type: Info, resolve: (_, __, { services }) => describe(services) }));
}

function describe({ plans, modes, turn, plansOn, tokenKeys, now }: Services): Info {
	const period = periodOf(now());
	const keys = planNames.map((plan) => ({ plan, period, key: tokenKeys.key(plan, period).publicKey }));
	return {
		v: 1,
		now: now(),
		plans: planNames.map((name) => ({ name, ...plans[name] })),
		plansOn,
		tokenKeys: plansOn ? keys : [],
		modes,
		relay: turn !== null
	};
}

function addPeek(builder: Builder): void {
	const Peek = builder.objectRef<Peek>('Peek').implement({
		fields: (t) => ({
			expiresInMs: t.exposeFloat('expiresInMs'),
			full: t.exposeBoolean('full'),
			people: t.exposeInt('people')
		})
	});
	builder.queryField('peek', (t) =>
		t.field({
			type: Peek,
			args: { roomId: t.arg({ type: 'Bytes' }) },
			resolve: (_, { roomId }, { services, prefix }) => peek(services, { roomId, prefix })
		})
	);
}

function addPowChallenge(builder: Builder): void {
	const PowChallenge = builder.objectRef<PowChallenge>('PowChallenge').implement({
		fields: (t) => ({
			challenge: t.field({ type: 'Bytes', resolve: (pow) => pow.challenge }),
			difficulty: t.exposeInt('difficulty')
		})
	});
	builder.mutationField('powChallenge', (t) =>
		t.field({
			type: PowChallenge,
			args: { tokens: t.arg.boolean({ required: false, description: 'For a batch of tokens; otherwise for a join.' }) },
			resolve: (_, { tokens }, { services: { access, limits }, prefix }) => {
				charge(access.rates, `work:${prefix}`, perMinute(limits.workPerMinute));
				const task: Task =
					tokens === true
						? { purpose: 'tokens', bits: access.demand.bits(limits.workBits) }
						: { purpose: 'join', bits: joinWorkDifficulty };
				return { challenge: access.work.challenge(task), difficulty: task.bits };
			}
		})
	);
}

function addCreateRoom(builder: Builder): void {
	const TokenInput = builder.inputType('TokenInput', {
		fields: (t) => ({
			type: t.int(),
			period: t.int(),
			nonce: t.field({ type: 'Bytes' }),
			output: t.field({ type: 'Bytes' })
		})
	});
	const Created = builder.objectRef<Created>('Created').implement({
		fields: (t) => ({ expiresInMs: t.exposeFloat('expiresInMs') })
	});
	builder.mutationField('createRoom', (t) =>
		t.field({
			type: Created,
			args: {
				roomId: t.arg({ type: 'Bytes' }),
				byte0: t.arg.int(),
				accessPub: t.arg({ type: 'Bytes' }),
				shard: t.arg({ type: 'Bytes' }),
				shardTag: t.arg({ type: 'Bytes' }),
				lifetime: t.arg.int({ required: false, description: 'Seconds.' }),
				emptyPolicy: t.arg.int({ required: false }),
				people: t.arg.int({ required: false }),
				card: t.arg({ type: 'Bytes' }),
				token: t.arg({ type: TokenInput, required: false })
			},
			resolve: (_, { lifetime, emptyPolicy, people, token, ...room }, { services, prefix }) => {
				const wish = { lifetime: lifetime ?? null, emptyPolicy: emptyPolicy ?? null, people: people ?? null };
				return createRoom(services, { ...room, ...wish, token: token ?? null, prefix });
			}
		})
	);
}

function addJoinRoom(builder: Builder): void {
	const PowInput = builder.inputType('PowInput', {
		fields: (t) => ({ challenge: t.field({ type: 'Bytes' }), nonce: t.field({ type: 'Bytes' }) })
	});
	const Joined = joinedType(builder);
	builder.mutationField('joinRoom', (t) =>
		t.field({
			type: Joined,
			args: {
				roomId: t.arg({ type: 'Bytes' }),
				proof: t.arg({ type: 'Bytes' }),
				clientNonce: t.arg({ type: 'Bytes' }),
				pow: t.arg({ type: PowInput, required: false }),
				replaces: t.arg({ type: 'Bytes', required: false }),
				watch: t.arg.boolean({ required: false })
			},
			resolve: async (_, { pow, replaces, watch, ...proof }, { services, connection }) => {
				const request = { ...proof, work: pow ?? null, replaces: replaces ?? null, watch: watch ?? false };
				return withoutShard(await joinRoom(services, connection, request));
			}
		})
	);
}

type JoinedText = Omit<Joined, 'shard'> & { readonly shard: string };

/** The shard as it leaves; its bytes are cleared (docs/PROTOCOL.md §6.3). */
function withoutShard(joined: Joined): JoinedText {
	const shard = encodeBase64url(joined.shard);
	joined.shard.fill(0);
	return { ...joined, shard };
}

function joinedType(builder: Builder) {
	return builder.objectRef<JoinedText>('Joined').implement({
		fields: (t) => ({
			shard: t.field({ type: 'Bytes', resolve: (joined) => joined.shard }),
			shardTag: t.field({ type: 'Bytes', resolve: (joined) => joined.shardTag }),
			card: t.field({ type: 'Bytes', resolve: (joined) => joined.card }),
			session: t.field({ type: 'Bytes', resolve: (joined) => joined.session }),
			tag: t.field({ type: 'Bytes', resolve: (joined) => joined.tag }),
			ageMs: t.exposeFloat('ageMs'),
			expiresInMs: t.exposeFloat('expiresInMs'),
			headSeq: t.exposeInt('headSeq'),
			cap: t.exposeInt('cap', { nullable: true, description: 'Content messages allowed. Absent: no limit.' }),
			used: t.exposeInt('used'),
			people: t.exposeInt('people'),
			plan: t.exposeString('plan')
		})
	});
}

/** Room and rights come from the session; there is nothing to name. */
function addSessionMutations(builder: Builder): void {
	builder.mutationField('purgeRoom', (t) =>
		t.boolean({
			resolve: async (_, __, { services, connection }) => {
				await purgeRoom(services, connection);
				return true;
			}
		})
	);
	builder.mutationField('leave', (t) =>
		t.boolean({
			resolve: (_, __, { services, connection }) => {
				leaveRoom(services, connection);
				return true;
			}
		})
	);
	builder.mutationField('unlockJoins', (t) =>
		t.boolean({
			resolve: (_, __, { services, connection }) => {
				unlockJoins(services, connection);
				return true;
			}
		})
	);
}
