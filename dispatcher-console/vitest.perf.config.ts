import { defineConfig } from 'vitest/config';

// Figures and no judgement: nothing here fails for being slow. One thing at a time, in order.
export default defineConfig({
  test: {
    include: ['perf/**/*.perf.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    disableConsoleIntercept: true,
  },
});
