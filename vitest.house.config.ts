import { defineConfig } from 'vitest/config';

/** The recipes of ARCHITECTURE.md against the compiler: `npm run test:house`, and a step of `npm run check`. */
export default defineConfig({
  test: {
    include: ['test/house/**/*.test.ts'],
    setupFiles: ['test/support/egress-guard.ts'],
    testTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 1,
    retry: 0,
    passWithNoTests: false,
  },
});
