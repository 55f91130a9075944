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
				roomsPerHour
				messages
				lifetimesSeconds
				maxLifetimeSeconds
				people
				files
			}
			plansOn
			tokenKeys {
				plan
				period
				key
			}
			modes
			relay
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
	mutation PowChallenge($tokens: Boolean) {
		powChallenge(tokens: $tokens) {
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
		$emptyPolicy: Int
		$people: Int
		$token: TokenInput
	) {
		createRoom(
			roomId: $roomId
			byte0: $byte0
			accessPub: $accessPub
			shard: $shard
			shardTag: $shardTag
			card: $card
			lifetime: $lifetime
			emptyPolicy: $emptyPolicy
			people: $people
			token: $token
		) {
			expiresInMs
		}
	}
`);

export const JoinRoomMutation = graphql(`
	mutation JoinRoom($roomId: Bytes!, $proof: Bytes!, $clientNonce: Bytes!, $pow: PowInput, $replaces: Bytes, $watch: Boolean) {
		joinRoom(roomId: $roomId, proof: $proof, clientNonce: $clientNonce, pow: $pow, replaces: $replaces, watch: $watch) {
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
			... on Knock {
				t
			}
			... on Gone {
				reason
			}
		}
	}
`);

export const TurnCredentialsMutation = graphql(`
	mutation TurnCredentials {
		turnCredentials {
			urls
			username
			credential
		}
	}
`);

export const IssueFreeTokensMutation = graphql(`
	mutation IssueFreeTokens($period: Int!, $challenge: Bytes!, $nonce: Bytes!, $blinded: [Bytes!]!) {
		issueFreeTokens(period: $period, challenge: $challenge, nonce: $nonce, blinded: $blinded) {
			evaluated
			proof
		}
	}
`);

export const IssueProTokensMutation = graphql(`
	mutation IssueProTokens($period: Int!, $account: String!, $blinded: [Bytes!]!) {
		issueProTokens(period: $period, account: $account, blinded: $blinded) {
			evaluated
			proof
		}
	}
`);

export const PriceQuery = graphql(`
	query Price {
		price {
			amount
			currency
		}
	}
`);

export const AccountMutation = graphql(`
	mutation Account($account: String!) {
		account(account: $account) {
			paidUntil
			subscription
		}
	}
`);

export const RedeemVoucherMutation = graphql(`
	mutation RedeemVoucher($account: String!, $voucher: String!) {
		redeemVoucher(account: $account, voucher: $voucher) {
			paidUntil
			subscription
		}
	}
`);

export const CancelSubscriptionMutation = graphql(`
	mutation CancelSubscription($account: String!) {
		cancelSubscription(account: $account) {
			paidUntil
			subscription
		}
	}
`);

export const ResumeSubscriptionMutation = graphql(`
	mutation ResumeSubscription($account: String!) {
		resumeSubscription(account: $account) {
			paidUntil
			subscription
		}
	}
`);

export const StartCheckoutMutation = graphql(`
	mutation StartCheckout($account: String!) {
		startCheckout(account: $account)
	}
`);

export const ManagePaymentMutation = graphql(`
	mutation ManagePayment($account: String!) {
		managePayment(account: $account)
	}
`);
