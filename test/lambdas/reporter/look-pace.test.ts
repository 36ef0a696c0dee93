import { expect, it } from 'vitest';
import { LookPace } from '../../../lambdas/reporter/look-pace.ts';

const importId = '20261123T032500Z-1a2b3c4d';
const of = (batch: number) => [`state/outcomes/${importId}/${batch}.json`, { importId, batch }] as const;

it('outcomes of the first batches are looked at as they come', () => {
  const pace = new LookPace(5_000);
  pace.looked(importId, 1_000);
  for (const batch of [0, 7, 19]) expect(pace.waitFor(...of(batch), 1_001)).toBe(0);
  expect(pace.waitFor(...of(20), 1_001)).toBe(4_999);
});

it('outcomes that came before a look have been seen by it, and none that came later', () => {
  const pace = new LookPace(5_000);
  pace.looked(importId, 1_000);
  expect(pace.waitFor(...of(30), 2_000)).toBe(4_000);
  expect(pace.waitFor(...of(31), 4_000)).toBe(2_000);
  pace.looked(importId, 3_000);
  expect(pace.waitFor(...of(30), 6_000)).toBe('seen');
  expect(pace.waitFor(...of(31), 6_000)).toBe(2_000);
  pace.looked(importId, 8_000);
  expect(pace.waitFor(...of(31), 8_000)).toBe('seen');
});

it('an import that was not looked at for long is looked at at once, by an instance that knows nothing of it too', () => {
  const pace = new LookPace(5_000);
  expect(pace.waitFor(...of(40), 9_000)).toBe(0);
  pace.looked(importId, 9_000);
  expect(pace.waitFor(...of(41), 14_000)).toBe(0);
});

it('what waited is not taken for seen where the look that it waited for has failed', () => {
  const pace = new LookPace(5_000);
  pace.looked(importId, 1_000);
  expect(pace.waitFor(...of(30), 2_000)).toBe(4_000);
  // A look began at 6,000 and threw.
  expect(pace.waitFor(...of(30), 6_500)).toBe(0);
});
