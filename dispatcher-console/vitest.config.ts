import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
    pool: 'threads',
    maxWorkers: 2,
    // A test reads the tokens as text; all other style sheets are empty to tests.
    css: { include: /tokens\.css/ },
  },
});
