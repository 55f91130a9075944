import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	vitePlugin: {
		// Runes in our components only: libraries bring some that are not.
		dynamicCompileOptions: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : { runes: true })
	},
	kit: {
		paths: { relative: false },
		adapter: adapter({ out: 'build', precompress: true }),
		files: { serviceWorker: 'src/sw' },
		serviceWorker: { register: false },
		alias: { '#protocol': 'src/lib/protocol' }
	}
};
