/** What a resolver is given: the services of this process, and who is asking. */
import type { Bytes } from '#protocol/bytes';
import type { Services } from './services.ts';
import type { Session } from './access/session.ts';
import type { Outlet } from './fanout/outlet.ts';

/** One socket. `challenge` is handed out once (docs/PROTOCOL.md §5); `session` is set by joinRoom. */
export type Connection = {
	/** The challenge of this connection's ack, or `null` when it was taken before or is over 60 s old. */
	takeChallenge(now: number): Uint8Array | null;
	session: Session | null;
	/** Whether the socket is gone: a join that was on its way then is told so, and keeps no place. */
	readonly closed: boolean;
	/** Closes the socket with a code of `closeCodes`. */
	close(code: number, reason: string): void;
};

export type Context = {
	readonly services: Services;
	/** `null` over HTTP. */
	readonly connection: Connection | null;
	/** HMAC of the address prefix under an hourly key (§16.5), for rate limits only. */
	readonly prefix: string;
	/** Where the frames of this subscription go; `null` for queries and mutations. */
	readonly outlet: Outlet | null;
};

export type SchemaTypes = {
	Context: Context;
	DefaultFieldNullability: false;
	DefaultInputFieldRequiredness: true;
	/** A `Bytes` that leaves may be base64url text already. */
	Scalars: { Bytes: { Input: Bytes; Output: Uint8Array | string }; ID: { Input: string; Output: string } };
};
export type Builder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>>;
