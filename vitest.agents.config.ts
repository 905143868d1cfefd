import { defineConfig } from 'vitest/config';

/** Opt-in: the real agent CLIs against loopback model servers. `scripts/install-agents.mjs` installs them. */
export default defineConfig({
  test: {
    include: ['**/*.agents.test.ts'],
    exclude: ['node_modules/**'],
    globalSetup: ['test/support/templates.ts'],
    // opencode alone needs 10 s of CPU to start in an empty home, and as much again before its first answer.
    testTimeout: 600_000,
    hookTimeout: 30_000,
    // Each program takes half a gigabyte and a core while it starts.
    fileParallelism: false,
  },
});
