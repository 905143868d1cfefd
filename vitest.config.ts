import { defineConfig } from 'vitest/config';

/** With `npm run test:cost`. */
const COST = process.env.AO_TEST_COST === undefined ? [] : ['test/support/cost.ts'];

/** Tests of the same kind share a project, so that `vitest run --project unit` is a thing one can say. */
const project = (
  name: string,
  include: string[],
  options: { testTimeout?: number; isolate?: boolean; globalSetup?: string[] } = {},
) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: options.testTimeout ?? 10_000,
    hookTimeout: options.testTimeout ?? 10_000,
    globalSetup: ['test/support/templates.ts', ...(options.globalSetup ?? [])],
    setupFiles: [...COST, 'test/support/egress-guard.ts'],
    isolate: options.isolate ?? true,
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait for programs; four at once keep two cores busy.
    maxWorkers: 4,
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    // Real agent programs have a configuration of their own: npm run test:agents.
    exclude: ['**/node_modules/**', 'dist/**', '**/*.agents.test.ts'],
    projects: [
      // No module keeps state, so one process runs many files, and each module is read once.
      project(
        'unit',
        [
          'src/**/*.test.{ts,tsx}',
          'scripts/**/*.test.ts',
          'test/support/**/*.test.ts',
          'test/fakes/**/*.test.ts',
        ],
        {
          testTimeout: 30_000,
          isolate: false,
        },
      ),
      // Each project has processes of its own, and each of those reads all the modules: the fewer projects the better.
      project(
        'plugins',
        ['plugins/**/*.test.{ts,tsx}', 'test/contract/**/*.test.ts', 'test/attack/**/*.test.ts'],
        { testTimeout: 30_000, isolate: false },
      ),
      project(
        'e2e',
        [
          'test/e2e/**/*.test.ts',
          'test/crash/**/*.test.ts',
          'test/faults/**/*.test.ts',
          'test/load/**/*.test.ts',
        ],
        {
          testTimeout: 60_000,
          isolate: false,
          globalSetup: ['test/support/build-once.ts'],
        },
      ),
      project('browser', ['test/browser/**/*.test.ts'], { testTimeout: 120_000 }),
    ],
  },
});
