import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

// A service worker must keep its name and lie at the root; everything else is named by its hash.
const serviceWorker = 'src/aide/sw.ts';
const input: Record<string, string> = { aide: 'aide.html' };
if (existsSync(serviceWorker)) input['sw'] = serviceWorker;

// The aide's page at `/aide`: Preact, small, added to what the console's build left in `dist/`.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input,
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/aide-[name]-[hash].js'),
        chunkFileNames: 'assets/aide-[name]-[hash].js',
        assetFileNames: 'assets/aide-[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false } } },
});
