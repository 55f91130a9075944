/** What a client is told of an error: a code of the closed list, and nothing else. Everything unknown is named and logged once. */
import type { ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import { Refusal } from '../errors.ts';
import { placeOf } from '../log.ts';
import type { Services } from '../services.ts';

export type Mask = {
	/** The error that the client gets for this one. */
	error(error: unknown, operation: string): GraphQLError;
	result(result: ExecutionResult, operation: string): ExecutionResult;
};

type Ports = Pick<Services, 'log' | 'metrics' | 'randomBytes'>;

export function createMask({ log, metrics, randomBytes }: Ports): Mask {
	const error = (thrown: unknown, operation: string): GraphQLError => {
		const cause = causeOf(thrown);
		if (cause instanceof Refusal) return refused(cause.code);
		// Without a cause it is graphql's own judgement of what the client sent.
		if (cause instanceof GraphQLError) return refused('BAD_INPUT');
		const fault = Buffer.from(randomBytes(5)).toString('hex');
		metrics.add('faults_total');
		log.error('fault', { operation, code: 'INTERNAL', fault, at: placeOf(cause) });
		return refused('INTERNAL', { fault });
	};
	return {
		error,
		result: (result, operation) => {
			if (result.errors === undefined) return result;
			return { ...result, errors: result.errors.map((thrown) => error(thrown, operation)) };
		}
	};
}

export function refused(code: Refusal['code'], extensions: Readonly<Record<string, string>> = {}): GraphQLError {
	return new GraphQLError(code, { extensions: { code, ...extensions } });
}

/** The code of a masked result, for the log. */
export function codeOf(result: ExecutionResult): string | undefined {
	const code = result.errors?.[0]?.extensions.code;
	return typeof code === 'string' ? code : undefined;
}

function causeOf(thrown: unknown): unknown {
	let cause = thrown;
	while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
	return cause;
}
