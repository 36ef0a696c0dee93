import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that replace no module and measure no memory: their files share processes, each of which loads what they import
 * once.
 */
const sharing = [
  'test/shared/**/!(bounds|aws|sweeping).test.ts',
  'test/lambdas/**/!(flat-memory|notify).test.ts',
  'test/{corpus,docs,page,simulation,system,workbooks}/!(bounds).test.ts',
  'test/infra/**/!(converse).test.ts',
];

/** What takes longest begins first; those that wait for a clock leave the processors to the others meanwhile. */
const longest = [
  'scenarios',
  'simulation',
  'exactly-once',
  'state-directory',
  'trouble',
  'one-after-another',
  'leads',
  'damage',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = longest.indexOf(basename(moduleId, '.test.ts'));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    // More than the two cores that CI has: many tests wait for a clock.
    maxWorkers: 5,
    // Only against hanging: no test may fail because the machine is slow.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What the tests start as processes of their own need not be compiled again each time.
    env: { NODE_COMPILE_CACHE: 'node_modules/.cache/lumi-lead-importer' },
    execArgv: [
      '--require=./infra/cli/compile-cache.cjs',
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=32',
    ],
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        // Node loads these files itself, as it loads the product; files that replace modules need Vite.
        test: { name: 'sharing', include: sharing, isolate: false, experimental: { viteModuleRunner: false } },
      },
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: sharing } },
    ],
  },
});
