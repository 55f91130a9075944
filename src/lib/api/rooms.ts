/** The operations in the app's own words: bytes instead of texts, the closed lists instead of strings. All throw `ApiFailure`. */
import type { Client } from '@urql/core';
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import type { Bytes } from '#protocol/bytes';
import { modes } from '#protocol/mode';
import type { Mode } from '#protocol/mode';
import { planNames } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';
import { tokenType } from '#protocol/tokens';
import type { Token } from '#protocol/tokens';
import { ask, command } from './client.ts';
import { CreateRoomMutation, InfoQuery, JoinRoomMutation, PeekQuery, PowChallengeMutation } from './operations.ts';

/** The public key (32 bytes) of a plan's tokens of this month. */
export type TokenKey = { readonly plan: PlanName; readonly period: number; readonly key: Bytes };
export type Info = {
	readonly plans: Readonly<Partial<Record<PlanName, Plan>>>;
	/** Off: rooms are opened without tokens, with what Pro allows, and no plan is to be seen. */
	readonly plansOn: boolean;
	readonly tokenKeys: readonly TokenKey[];
	readonly modes: readonly Mode[];
	/** Direct rooms can go by a relay of this server. */
	readonly relay: boolean;
};

/** What a maker of rooms allows; what it leaves open is left out. */
function toPlan(row: {
	readonly roomsPerMonth: number | null;
	readonly roomsPerHour: number | null;
	readonly messages: number | null;
	readonly lifetimesSeconds: readonly number[];
	readonly maxLifetimeSeconds: number | null;
	readonly people: number;
	readonly files: number;
}): Plan {
	const { roomsPerMonth, roomsPerHour, messages, lifetimesSeconds, maxLifetimeSeconds, people, files } = row;
	return {
		...(roomsPerMonth === null ? {} : { roomsPerMonth }),
		...(roomsPerHour === null ? {} : { roomsPerHour }),
		...(messages === null ? {} : { messages }),
		...(maxLifetimeSeconds === null ? {} : { maxLifetimeSeconds }),
		lifetimesSeconds,
		people,
		files
	};
}

export async function readInfo(client: Client): Promise<Info> {
	const { info } = await ask(client, InfoQuery, {});
	const plans: Partial<Record<PlanName, Plan>> = {};
	for (const row of info.plans) {
		const name = planNames.find((each) => each === row.name);
		if (name !== undefined) plans[name] = toPlan(row);
	}
	const tokenKeys = info.tokenKeys.flatMap(({ plan, period, key }) => {
		const name = planNames.find((each) => each === plan);
		return name === undefined ? [] : [{ plan: name, period, key: decodeBase64url(key) }];
	});
	const open = modes.filter((mode) => info.modes.some((each) => each === mode));
	return { plans, plansOn: info.plansOn, tokenKeys, modes: open, relay: info.relay };
}

export type Peek = { readonly expiresInMs: number; readonly full: boolean; readonly people: number };

/** The gate's question; `ROOM_GONE` when there is no such room. */
export async function peekRoom(client: Client, roomId: Uint8Array): Promise<Peek> {
	const { peek } = await ask(client, PeekQuery, { roomId: encodeBase64url(roomId) });
	return peek;
}

/** Work that a join asks for, or a batch of free tokens. */
export async function fetchWork(
	client: Client,
	purpose: 'join' | 'tokens' = 'join'
): Promise<{ readonly challenge: Bytes; readonly difficulty: number }> {
	const { powChallenge } = await command(client, PowChallengeMutation, { tokens: purpose === 'tokens' });
	return { challenge: decodeBase64url(powChallenge.challenge), difficulty: powChallenge.difficulty };
}

export type NewRoom = {
	readonly roomId: Uint8Array;
	readonly byte0: number;
	readonly accessPub: Uint8Array;
	readonly shard: Uint8Array;
	readonly shardTag: Uint8Array;
	readonly card: Uint8Array;
	/** Absent: the plan's only one. */
	readonly lifetimeSeconds?: number;
	/** Absent: as the mode has it. */
	readonly emptyPolicy?: number;
	readonly people: number;
	/** Absent where plans are off. */
	readonly token?: Token;
};

function tokenText({ plan, period, nonce, output }: Token) {
	return { type: tokenType(plan), period, nonce: encodeBase64url(nonce), output: encodeBase64url(output) };
}

/** May be asked again with the same values: the answer is the first one's. */
export async function createRoom(client: Client, room: NewRoom): Promise<{ readonly expiresInMs: number }> {
	const variables = {
		roomId: encodeBase64url(room.roomId),
		byte0: room.byte0,
		accessPub: encodeBase64url(room.accessPub),
		shard: encodeBase64url(room.shard),
		shardTag: encodeBase64url(room.shardTag),
		card: encodeBase64url(room.card),
		people: room.people,
		...(room.token === undefined ? {} : { token: tokenText(room.token) }),
		...(room.lifetimeSeconds === undefined ? {} : { lifetime: room.lifetimeSeconds }),
		...(room.emptyPolicy === undefined ? {} : { emptyPolicy: room.emptyPolicy })
	};
	return (await command(client, CreateRoomMutation, variables)).createRoom;
}

export type Proof = {
	readonly roomId: Uint8Array;
	readonly proof: Uint8Array;
	readonly clientNonce: Uint8Array;
	readonly work?: { readonly challenge: Uint8Array; readonly nonce: Uint8Array };
	/** Token of an own session whose socket is gone: its place and tag are taken over. */
	readonly replaces?: Uint8Array;
	/** Takes no place and hears nothing: for a look at what is new. */
	readonly watch?: boolean;
};

export type Entry = {
	readonly shard: Bytes;
	readonly shardTag: Bytes;
	readonly card: Bytes;
	readonly session: Bytes;
	/** This connection's name to the others, base64url. */
	readonly tag: string;
	readonly ageMs: number;
	readonly expiresInMs: number;
	readonly headSeq: number;
	/** Absent: no limit. */
	readonly cap?: number;
	readonly used: number;
	readonly people: number;
	readonly plan: PlanName;
};

/** `client` must be a connection's: its challenge is what the proof is over. */
export async function joinRoom(client: Client, proof: Proof): Promise<Entry> {
	const { work, replaces, watch } = proof;
	const pow = work && { challenge: encodeBase64url(work.challenge), nonce: encodeBase64url(work.nonce) };
	const { joinRoom: answer } = await command(client, JoinRoomMutation, {
		roomId: encodeBase64url(proof.roomId),
		proof: encodeBase64url(proof.proof),
		clientNonce: encodeBase64url(proof.clientNonce),
		...(pow === undefined ? {} : { pow }),
		...(replaces === undefined ? {} : { replaces: encodeBase64url(replaces) }),
		...(watch === true ? { watch } : {})
	});
	const { shard, shardTag, card, session, cap, plan, ...rest } = answer;
	return {
		...rest,
		shard: decodeBase64url(shard),
		shardTag: decodeBase64url(shardTag),
		card: decodeBase64url(card),
		session: decodeBase64url(session),
		...(cap === null ? {} : { cap }),
		plan: planNames.find((each) => each === plan) ?? 'free'
	};
}
