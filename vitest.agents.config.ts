import { defineConfig } from 'vitest/config';

/** Opt-in: the real agent CLIs against loopback model servers. `scripts/install-agents.mjs` installs them. */
export default defineConfig({
  test: {
    include: ['**/*.agents.test.ts'],
    exclude: ['node_modules/**'],
    testTimeout: 180_000,
    hookTimeout: 30_000,
    // Each program takes half a gigabyte and a core while it starts.
    fileParallelism: false,
  },
});
