import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The console at `/`. Runs first: it empties `dist/`, the aide's build adds to it.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The server's content policy allows no inline scripts and few data addresses.
    assetsInlineLimit: 0,
    // MapLibre is one lazy chunk of about a megabyte; nothing to split further.
    chunkSizeWarningLimit: 1100,
    rolldownOptions: { input: 'index.html' },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false } } },
});
