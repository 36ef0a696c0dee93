import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { manifestKey, unconfirmedFile } from '../../shared/bucket/keys.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import type { RecordedState } from '../support/recorded-state.ts';
import { readRecordedStates, recordedRows, recordState, takeOver } from '../support/recorded-state.ts';
import { aCsv } from '../support/sample-rows.ts';

// State is a promise from 0.2.0 on: what a release has left in a bucket, in the middle of its work, this version ends.

const states = readRecordedStates();

const versionIn = ({ objects, uploads }: RecordedState): unknown => {
  const stored = objects[manifestKey(importIdOf(uploads.halfway))];
  return stored !== undefined && 'text' in stored ? (JSON.parse(stored.text) as { version: unknown }).version : stored;
};

it('the state of this version is recorded, and what is recorded is no other', async () => {
  const [release, own] = states.at(-1) ?? [];
  expect(release).toBe(manifest.version);
  expect(own && versionIn(own)).toBe(stateVersion);
  const objects = Object.keys((await recordState()).objects);
  expect(Object.keys(own?.objects ?? {})).toEqual(objects);
});

describe.each(states)('what %s has left', (_, state) => {
  it('is gone on with: an import that was under way ends, with each lead once', async () => {
    const harness = takeOver(state);
    await harness.submit();
    const summary = await harness.report(state.uploads.halfway);
    expect(summary?.statuses).toMatchObject({ created: 130 });
    const expected = [...recordedRows.ended, ...recordedRows.doubted.slice(0, 1), ...recordedRows.doubted.slice(2)];
    const emails = [...expected, ...recordedRows.halfway].map((row) => row['Email']);
    expect(harness.emails()).toEqual(emails.toSorted());
  });

  it('is remembered: its leads are duplicates, and the row that it left to a person stays that', async () => {
    const harness = takeOver(state);
    const again = [...recordedRows.ended, ...recordedRows.doubted, ...recordedRows.halfway];
    const upload = harness.drop('incoming/again.csv', aCsv(again));
    await harness.parse(upload);
    await harness.submit();
    expect((await harness.report(upload))?.statuses).toMatchObject({ duplicate: again.length });
    expect(harness.emails()).toHaveLength(again.length - 1);
  });

  it('is answered: the row that it left to a person is sent once its lead is said not to be there', async () => {
    const harness = takeOver(state);
    const id = importIdOf(state.uploads.doubted);
    const [, row] = recordedRows.doubted;
    const answer = { lead__Line: '3', lead__Status: 'unconfirmed', lead__Id: 'none', lead__Error: `import ${id}` };
    for (const statuses of [{ created: 1 }, { duplicate: 1 }]) {
      const upload = harness.drop(`incoming/${unconfirmedFile}`, aCsv([{ ...answer, ...row }]));
      await harness.parse(upload);
      await harness.submit();
      expect((await harness.report(upload))?.statuses).toMatchObject(statuses);
    }
    expect(harness.emails().filter((email) => email === row?.['Email'])).toHaveLength(1);
  });
});
