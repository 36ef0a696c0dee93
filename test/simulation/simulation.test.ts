import { expect, it } from 'vitest';
import { expectedMarks } from './expected-marks.ts';
import { type RunResult, simulate } from './run.ts';

/** Seeds of every test run; `npm run simulate` runs as many as one likes. */
const seeds = 400;

/** Marks that take more seeds than a test run has; `npm run simulate -- --seeds 10000` demands them all. */
const rare: ReadonlySet<string> = new Set([
  'fault state_damaged',
  'fault api_document_kept_and_answer_dropped',
  'fault api_document_trouble',
  'fault api_document_refused',
  'row created_documents_incomplete',
  'lease after idle_expiry',
  'says lease_lost',
]);

it(`${seeds} worlds of faults: nothing lost, nothing twice, everything accounted for`, async () => {
  const results: RunResult[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) results.push(await simulate(seed));
  const violating = results.filter(({ violations }) => violations.length > 0);
  expect(violating.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
  const reached = new Set(results.flatMap(({ marks }) => [...marks.keys()]));
  expect(expectedMarks.filter((mark) => !reached.has(mark) && !rare.has(mark))).toEqual([]);
});

it('the same seed is the same run, to the last line of its trace', async () => {
  const hashes = async () => [await simulate(7), await simulate(176), await simulate(949)].map(({ hash }) => hash);
  const first = await hashes();
  expect(await hashes()).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

/** Seeds that once found something, with what they found. */
const findings: Readonly<Record<number, string>> = {
  46: 'an outage is not a reason to believe that nothing was sent',
  108: 'another import that holds the very same lead is no rival in the listing',
  549: 'a parser went on asking earlier imports behind its answer',
  580: 'the same, in another import',
  949: 'a lead that a staged import left to another one was still held by it',
  1158: 'the same, after a retry',
  1498: 'half a day of trouble in S3 left a report to a person',
  2092: 'giving up judged the listing by another moment than it had looked at it',
  2468: 'an attempt that only looked made unsent rows uncertain when it died',
  2732: 'a lead just found to be one row’s stood in the way of its neighbour',
  3796: 'a report that nobody would have written',
};

it.each(Object.entries(findings))('seed %s: %s', async (seed) => {
  expect((await simulate(Number(seed))).violations).toEqual([]);
});
