/** One request in, one reply out; every failure becomes a code. */
import { ProtocolError } from '#protocol/errors';
import type { CallName, Reply, Request } from './calls.ts';
import { Cancelled } from './kdf.ts';
import type { Keeper } from './keeper.ts';

/** What is no refusal of the protocol is told to `report` after the reply, and is a `FAULT` to whoever asked. */
export async function answer<Name extends CallName>(
	keeper: Keeper,
	request: Request<Name>,
	report: (error: unknown) => void
): Promise<Reply> {
	const { id } = request;
	try {
		return { id, ok: true, result: await keeper[request.name](request.args) };
	} catch (error) {
		if (error instanceof ProtocolError) return { id, ok: false, code: error.code };
		if (error instanceof Cancelled) return { id, ok: false, code: 'CANCELLED' };
		report(error);
		return { id, ok: false, code: 'FAULT' };
	}
}
