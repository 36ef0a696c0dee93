import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Two cores: more workers only make the clock-bound system tests wait for each other.
    maxWorkers: 2,
    // Only against hanging: no test may fail because the machine is slow.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What the tests start as processes of their own need not be compiled again each time.
    env: { NODE_COMPILE_CACHE: 'node_modules/.cache/node-compile' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    reporters: ['default'],
  },
});
