/** The operations that tests of the server ask for, and their hashes. */
import { createHash } from 'node:crypto';

export const documents = {
	info: 'query Info { info { v } }',
	peek: 'query Peek($roomId: Bytes!) { peek(roomId: $roomId) { expiresInMs } }',
	createRoom: `mutation CreateRoom($roomId: Bytes!, $byte0: Int!, $accessPub: Bytes!, $shard: Bytes!, $shardTag: Bytes!, $card: Bytes!, $people: Int, $token: TokenInput) {
		createRoom(roomId: $roomId, byte0: $byte0, accessPub: $accessPub, shard: $shard, shardTag: $shardTag, card: $card, people: $people, token: $token) { expiresInMs } }`,
	joinRoom: `mutation JoinRoom($roomId: Bytes!, $proof: Bytes!, $clientNonce: Bytes!, $replaces: Bytes, $watch: Boolean) {
		joinRoom(roomId: $roomId, proof: $proof, clientNonce: $clientNonce, replaces: $replaces, watch: $watch) { session tag headSeq } }`,
	account: 'mutation Account($account: String!) { account(account: $account) { paidUntil subscription } }',
	redeemVoucher:
		'mutation RedeemVoucher($account: String!, $voucher: String!) { redeemVoucher(account: $account, voucher: $voucher) { paidUntil subscription } }',
	issueProTokens: `mutation IssueProTokens($period: Int!, $account: String!, $blinded: [Bytes!]!) {
		issueProTokens(period: $period, account: $account, blinded: $blinded) { evaluated proof } }`,
	price: 'query Price { price { amount currency } }',
	startCheckout: 'mutation StartCheckout($account: String!) { startCheckout(account: $account) }',
	managePayment: 'mutation ManagePayment($account: String!) { managePayment(account: $account) }',
	cancelSubscription:
		'mutation CancelSubscription($account: String!) { cancelSubscription(account: $account) { paidUntil subscription } }',
	resumeSubscription:
		'mutation ResumeSubscription($account: String!) { resumeSubscription(account: $account) { paidUntil subscription } }',
	history:
		'query History($before: Int, $after: Int, $limit: Int) { history(before: $before, after: $after, limit: $limit) { rows { seq t env burnAt } headSeq } }',
	post: 'mutation PostEnvelope($env: Bytes!, $burnSeconds: Int) { postEnvelope(env: $env, burnSeconds: $burnSeconds) { seq t status } }',
	purge: 'mutation PurgeRoom { purgeRoom }',
	leave: 'mutation Leave { leave }',
	unlockJoins: 'mutation UnlockJoins { unlockJoins }',
	turnCredentials: 'mutation TurnCredentials { turnCredentials { urls username credential } }',
	room: `subscription Room($after: Int) { room(after: $after) { __typename ... on Envelope { seq t env tag burnAt }
		... on Burned { seq } ... on Presence { count joined left } ... on Gone { reason } } }`,
	roomOtherwise:
		'subscription Otherwise($after: Int) { happened: room(after: $after) { is: __typename ... on Envelope { number: seq } } }'
} as const;
export type DocumentName = keyof typeof documents;

export function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
