import { defineConfig } from 'vite';

// The card for 120, 110 and 119 at `/card`: Preact, small, added to what the console's build left in `dist/`.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: 'card.html',
      output: {
        entryFileNames: 'assets/card-[name]-[hash].js',
        chunkFileNames: 'assets/card-[name]-[hash].js',
        assetFileNames: 'assets/card-[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', changeOrigin: false } } },
});
