/**
 * Every operation that this app may ask for: docs/PROTOCOL.md §17. The server knows them by the SHA-256 of their text and takes
 * no other. All bytes are base64url (scalar `Bytes`); times are milliseconds unless the name says otherwise.
 */
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

const graphql = initGraphQLTada<{ introspection: introspection; scalars: { Bytes: string; ID: string } }>();

export const InfoQuery = graphql(`
	query Info {
		info {
			v
			now
			plans {
				name
				roomsPerMonth
				messages
				lifetimesSeconds
				maxLifetimeSeconds
				people
				files
			}
			modes
		}
	}
`);

export const PeekQuery = graphql(`
	query Peek($roomId: Bytes!) {
		peek(roomId: $roomId) {
			expiresInMs
			full
			people
		}
	}
`);

export const PowChallengeMutation = graphql(`
	mutation PowChallenge {
		powChallenge {
			challenge
			difficulty
		}
	}
`);

export const CreateRoomMutation = graphql(`
	mutation CreateRoom(
		$roomId: Bytes!
		$byte0: Int!
		$accessPub: Bytes!
		$shard: Bytes!
		$shardTag: Bytes!
		$card: Bytes!
		$lifetime: Int
		$people: Int
	) {
		createRoom(
			roomId: $roomId
			byte0: $byte0
			accessPub: $accessPub
			shard: $shard
			shardTag: $shardTag
			card: $card
			lifetime: $lifetime
			people: $people
		) {
			expiresInMs
		}
	}
`);

export const JoinRoomMutation = graphql(`
	mutation JoinRoom($roomId: Bytes!, $proof: Bytes!, $clientNonce: Bytes!, $pow: PowInput, $replaces: Bytes) {
		joinRoom(roomId: $roomId, proof: $proof, clientNonce: $clientNonce, pow: $pow, replaces: $replaces) {
			shard
			shardTag
			card
			session
			tag
			ageMs
			expiresInMs
			headSeq
			cap
			used
			people
			plan
		}
	}
`);

export const HistoryQuery = graphql(`
	query History($before: Int, $after: Int, $limit: Int) {
		history(before: $before, after: $after, limit: $limit) {
			rows {
				seq
				t
				env
				burnAt
			}
			headSeq
		}
	}
`);

export const PostEnvelopeMutation = graphql(`
	mutation PostEnvelope($env: Bytes!, $burnSeconds: Int) {
		postEnvelope(env: $env, burnSeconds: $burnSeconds) {
			seq
			t
			status
		}
	}
`);

export const PurgeRoomMutation = graphql(`
	mutation PurgeRoom {
		purgeRoom
	}
`);

export const LeaveMutation = graphql(`
	mutation Leave {
		leave
	}
`);

export const UnlockJoinsMutation = graphql(`
	mutation UnlockJoins {
		unlockJoins
	}
`);

export const RoomSubscription = graphql(`
	subscription Room($after: Int) {
		room(after: $after) {
			__typename
			... on Envelope {
				seq
				t
				env
				tag
				burnAt
			}
			... on Burned {
				seq
			}
			... on Presence {
				count
				joined
				left
			}
			... on Gone {
				reason
			}
		}
	}
`);
