import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One more than the two cores that CI has: many tests wait for a clock.
    maxWorkers: 3,
    // Only against hanging: no test may fail because the machine is slow.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What the tests start as processes of their own need not be compiled again each time.
    env: { NODE_COMPILE_CACHE: 'node_modules/.cache/node-compile' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    reporters: ['default'],
  },
});
