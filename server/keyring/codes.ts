/** Which of the system's errors it is. */

export function hasCode(error: unknown, code: string): boolean {
	return codeOf(error) === code;
}

/** `EACCES`, `ENOSPC` …; '' when it is no error of the system. */
export function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
