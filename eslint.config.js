import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const bans = [
	{
		selector: "MemberExpression[object.name='Math'][property.name='random']",
		message: 'Randomness comes from crypto.getRandomValues or node:crypto.'
	},
	{
		selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
		message: 'Build elements and text nodes.'
	},
	{ selector: "MemberExpression[property.name='unsafe']", message: 'SQL is never built from strings.' }
];
const words = { message: 'Words stand in the catalogue, src/lib/i18n.' };
/** What a person reads or is read to. */
const wordBans = [
	// The name is the same in every language.
	{ selector: "SvelteText[value=/[A-Za-z]{2}/]:not([value='sotto'])", ...words },
	{ selector: 'SvelteAttribute[key.name=/^(alt|aria-label|placeholder|title)$/] > SvelteLiteral[value=/[A-Za-z]/]', ...words }
];

export default ts.config(
	{
		ignores: ['build/', '.svelte-kit/', 'node_modules/', 'data/', 'src/lib/api/graphql-env.d.ts', 'test-results/', '**/*.local.*']
	},
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			'no-restricted-syntax': ['error', ...bans],
			'no-undef': 'off',
			'no-control-regex': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
			'svelte/no-at-html-tags': 'error'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } },
		// The routes' paths are constants of the page, and the app is never served below a base path.
		rules: { 'svelte/no-navigation-without-resolve': 'off', 'no-restricted-syntax': ['error', ...bans, ...wordBans] }
	},
	{ files: ['**/*.test.svelte'], rules: { 'no-restricted-syntax': ['error', ...bans] } },
	{
		files: ['src/**/*.ts', 'server/**/*.ts'],
		ignores: ['**/*.test.ts', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/await-thenable': 'error'
		}
	}
);
