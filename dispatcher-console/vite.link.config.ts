import { defineConfig } from 'vite';

// The one offer of a one-time link at `/o`: Preact, small, added to what the other builds left in `dist/`.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    // Also what WeChat shows pages with on a phone that is never updated.
    target: 'es2020',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: 'link.html',
      output: {
        entryFileNames: 'assets/link-[name]-[hash].js',
        chunkFileNames: 'assets/link-[name]-[hash].js',
        assetFileNames: 'assets/link-[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', changeOrigin: false } } },
});
