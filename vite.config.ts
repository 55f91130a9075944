import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

/**
 * The router's live region carries a style attribute, which the page's policy forbids (docs/PROTOCOL.md §18): it gets the class
 * that app.css has for text that is only read aloud.
 */
function announcerWithoutStyle(): Plugin {
	return {
		name: 'sotto:announcer-without-style',
		enforce: 'pre',
		transform(code, id) {
			if (!id.endsWith('.svelte-kit/generated/root.svelte')) return null;
			const style = /(<div id="svelte-announcer"[^>]*?) style="[^"]*"/;
			if (!style.test(code)) throw new Error('the route announcer has another form: look at what Kit generates');
			return { code: code.replace(style, '$1 class="vh"'), map: null };
		}
	};
}

/**
 * `vault.worker.ts` → /_app/immutable/workers/vault-<hash>.js: the server gives each worker its own policy by this name. Kit sets
 * its own pattern, so ours comes after it.
 */
function workerNames(): Plugin {
	return {
		name: 'sotto:worker-names',
		configResolved(config) {
			const output = [config.worker.rolldownOptions.output ?? {}].flat();
			for (const one of output)
				one.entryFileNames = (chunk) => `_app/immutable/workers/${chunk.name.replace(/\.worker$/, '')}-[hash].js`;
		}
	};
}

/**
 * What most pages need in one file: two dozen small ones would each cost a phone a round trip. What one or two need goes with
 * them, and the words of the other screens with those. The server's own build stays as it is: there a file that is read for one
 * thing would run the rest.
 */
function sharedChunks(): Plugin {
	const inside = [
		'node_modules/(?:svelte|@sveltejs|esm-env|@lucide|clsx)',
		// Sheets come with a click.
		'src/lib/(?:ui/(?!Sheet)|protocol/)',
		String.raw`src/lib/i18n/(?:messages|en|format|en/(?:common|endings|format))\.ts$`,
		// Of nearly every page.
		String.raw`src/lib/room/(?:backoff|current\.svelte|draw|end|fragment|load-anew|page-signs|problems|remembered|settings\.svelte|timers)\.ts$`,
		String.raw`src/lib/storage/(?:device-key|install|safe-storage|session-record|settings)\.ts$`,
		String.raw`src/lib/shell/(?:install\.svelte|standalone)\.ts$`,
		String.raw`src/routes/(?:kept-rooms|offer)\.svelte\.ts$`
	];
	// Small parts of what one does in rooms, and looks after from outside.
	const ofRooms = [
		String.raw`src/lib/room/(?:burns|kept-word|lasting|page-guard|ports)\.ts$`,
		String.raw`src/lib/storage/identity-lock\.ts$`
	];
	// Small parts that home shares with one page or another.
	const ofHome = [
		'@lucide/svelte/dist/icons/(?:plus|scan-qr-code)',
		'kit/src/runtime/app/state',
		String.raw`src/routes/(?:EndedNotice\.svelte|r/people-inside\.ts)$`,
		String.raw`src/lib/ui/Password\.svelte$`
	];
	// What begins before all of it, and so needs nothing of it.
	const ahead = [
		String.raw`src/lib/room/(?:kept-ahead|page-vault|support|view)\.ts$`,
		String.raw`src/lib/storage/(?:database|database-name|keys)\.ts$`,
		String.raw`src/lib/vault/(?:vault|vault-error|worker-url)\.ts$`,
		String.raw`src/lib/protocol/errors\.ts$`
	];
	const anyOf = (patterns: readonly string[]) => new RegExp(patterns.join('|').replaceAll('/', String.raw`[\\/]`));
	const groups = [
		{ name: 'ahead', priority: 1, test: anyOf(ahead) },
		{ name: 'shell', minShareCount: 3, test: anyOf(inside) },
		{ name: 'rooms', minShareCount: 2, test: anyOf(ofRooms) },
		{ name: 'home', minShareCount: 2, test: anyOf(ofHome) }
	];
	return {
		name: 'sotto:shared-chunks',
		configResolved(config) {
			if (config.build.ssr !== false) return;
			const output = [config.build.rolldownOptions.output ?? {}].flat();
			for (const one of output) one.codeSplitting = { groups };
		}
	};
}

export default defineConfig({
	plugins: [announcerWithoutStyle(), sveltekit(), workerNames(), sharedChunks()],
	worker: { format: 'es' }
});
