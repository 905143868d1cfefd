import { defineConfig } from 'vitest/config';

/** Tests of the same kind share a project, so that `vitest run --project unit` is a thing one can say. */
const project = (name: string, include: string[], options: { testTimeout?: number; setup?: string[]; globalSetup?: string[] } = {}) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: options.testTimeout ?? 10_000,
    hookTimeout: options.testTimeout ?? 10_000,
    globalSetup: options.globalSetup ?? [],
    setupFiles: ['test/support/egress-guard.ts', ...(options.setup ?? [])],
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait for programs; three at once keep two cores busy.
    maxWorkers: 3,
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    // Real agent programs have a configuration of their own: npm run test:agents.
    exclude: ['**/node_modules/**', 'dist/**', '**/*.agents.test.ts'],
    projects: [
      project('unit', ['src/**/*.test.ts', 'plugins/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'test/support/**/*.test.ts', 'test/fakes/**/*.test.ts'], {
        testTimeout: 30_000,
      }),
      project('contract', ['test/contract/**/*.test.ts'], { testTimeout: 30_000 }),
      project('e2e', ['test/e2e/**/*.test.ts', 'test/crash/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/load/**/*.test.ts'], {
        testTimeout: 60_000,
        globalSetup: ['test/support/build-once.ts'],
      }),
      project('browser', ['test/browser/**/*.test.ts'], { testTimeout: 120_000 }),
    ],
  },
});
