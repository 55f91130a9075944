/** The worker for a batch of tokens: works and blinds beside the page, and ends with it. One file without imports when built. */
import { ProtocolError } from '#protocol/errors';
import type { Blinded } from '../crypto/tokens.ts';
import { blindTokens, finalizeTokens } from '../crypto/tokens.ts';
import type { Work } from '../crypto/work.ts';
import { solveWork } from '../crypto/work.ts';
import { argon2 } from './argon2.ts';
import type { TokenReply, TokenRequest } from './token-calls.ts';

const tell = (reply: TokenReply): void => postMessage(reply);
let blinds: readonly Blinded[] = [];

function solve(work: Work) {
	const expected = 2 ** work.difficulty;
	return solveWork(argon2, work, (tried) => tell({ name: 'work', tried, expected }));
}

async function answer(request: TokenRequest): Promise<TokenReply> {
	if (request.name === 'finish') {
		return { name: 'finished', tokens: finalizeTokens(blinds, request.evaluation, request.key) };
	}
	const { batch, work } = request;
	const nonce = work && (await solve(work));
	blinds = blindTokens(batch, (size) => crypto.getRandomValues(new Uint8Array(size)));
	return { name: 'begun', begun: { blinded: blinds.map(({ blinded }) => blinded), ...(nonce && { nonce }) } };
}

addEventListener('message', ({ data }: MessageEvent<TokenRequest>) => {
	const refuse = (error: unknown): void => {
		tell({ name: 'refused', code: error instanceof ProtocolError ? error.code : 'FAULT' });
		if (!(error instanceof ProtocolError)) reportError(error);
	};
	answer(data).then(tell).catch(refuse);
});
