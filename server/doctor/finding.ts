/** What a check found, in words for whoever runs the server. */

/** `todo`: what to do about it; absent when all is well. */
export type Finding = { readonly level: 'ok' | 'warning' | 'fault'; readonly what: string; readonly todo?: string };

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const warning = (what: string, todo: string): Finding => ({ level: 'warning', what, todo });
export const fault = (what: string, todo: string): Finding => ({ level: 'fault', what, todo });

const marks: Readonly<Record<Finding['level'], string>> = { ok: 'ok     ', warning: 'WARNING', fault: 'FAULT  ' };

/** One finding a line, and below it what to do. */
export function formatFindings(findings: readonly Finding[]): string {
	return findings
		.map(({ level, what, todo }) => `${marks[level]}  ${what}\n${todo === undefined ? '' : `         → ${todo}\n`}`)
		.join('');
}
