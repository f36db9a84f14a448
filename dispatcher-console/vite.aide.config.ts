import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';

/** Tells the service worker what the page is made of, and names the build by it. */
const shellOfThePage: Plugin = {
  name: 'shell-of-the-page',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      const { 'sw.js': worker, 'aide.html': page, ...parts } = bundle;
      if (worker?.type !== 'chunk' || page?.type !== 'asset') throw new Error('the aide has no page or no service worker');
      // The map comes when somebody looks at it, and from the network only: a phone that never does not carry it.
      const isLater = (name: string): boolean => /\/aide-way-|\/maplibre-/.test(name);
      const shell = [...Object.keys(parts).filter((name) => !isLater(name)), 'aide.webmanifest', 'aide-192.png'].map((name) => `/${name}`).sort();
      const build = createHash('sha256').update(worker.code).update(page.source).update(shell.join()).digest('hex').slice(0, 12);
      for (const [blank, value] of [
        ['__BUILD__', build],
        ['__SHELL__', JSON.stringify(shell)],
      ] as const) {
        if (!worker.code.includes(blank)) throw new Error(`the service worker has no ${blank}`);
        worker.code = worker.code.replace(blank, value);
      }
    },
  },
};

// The aide's page at `/aide`: Preact, small, added to what the console's build left in `dist/`.
export default defineConfig({
  plugins: [shellOfThePage],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  publicDir: 'src/aide/public',
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { aide: 'aide.html', sw: 'src/aide/sw.ts' },
      output: {
        // A service worker must keep its name and lie at the root; everything else is named by its hash.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/aide-[name]-[hash].js'),
        chunkFileNames: 'assets/aide-[name]-[hash].js',
        assetFileNames: 'assets/aide-[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false } } },
});
