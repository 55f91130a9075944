/** A refusal with a code of the closed list (docs/PROTOCOL.md §20). Only the edge translates; everything else is masked. */
import type { ServerCode } from '#protocol/errors';

export class Refusal extends Error {
	readonly code: ServerCode;

	constructor(code: ServerCode) {
		super(code);
		this.name = 'Refusal';
		this.code = code;
	}
}
