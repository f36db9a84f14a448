import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The first drawing waits for the script: it sets the theme, and without it there is nothing to see anyway. */
const drawOnce: Plugin = {
  name: 'draw-once',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

// The console at `/` and the supervisor's board at `/board` and reports at `/reports`, which share their chunks. Runs first: it empties `dist/`,
// the other builds add to it.
export default defineConfig({
  plugins: [react(), drawOnce],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The server's content policy allows no inline scripts and few data addresses.
    assetsInlineLimit: 0,
    // MapLibre is one lazy chunk of about a megabyte; nothing to split further.
    chunkSizeWarningLimit: 1100,
    rolldownOptions: { input: ['index.html', 'board.html', 'reports.html'] },
  },
  server: {
    proxy: {
      '/v1': { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false },
      '/readyz': { target: 'http://127.0.0.1:8080' },
    },
  },
});
