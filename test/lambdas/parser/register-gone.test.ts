import { describe, expect, it } from 'vitest';
import { rebuiltRegister } from '../../../infra/cli/doctor/rebuilt-register.ts';
import { importFile } from '../../../lambdas/parser/import-file.ts';
import { mergeEndedImports } from '../../../lambdas/sweeper/merge-imports.ts';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { registerKey } from '../../../shared/bucket/keys.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import { readRegister } from '../../../shared/memory/register.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { hasEnded } from '../../../shared/state/import-marks.ts';
import { readManifest } from '../../../shared/state/manifest.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

const dayMs = 86_400_000;

/** Imports twenty rows, the first of them with this number. */
const importRows = async (harness: PipelineHarness, key: string, first: number, windowDays = 30) => {
  const upload = harness.drop(key, aCsv(rows(20, first)));
  await importFile(upload, { ...harness.dependencies(), duplicateWindowMs: windowDays * dayMs });
  await harness.submit();
  return (await harness.report(upload)) as Summary;
};

const withOddEntry = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replace('"importId"', '"id"'));

const lose = {
  removed: (harness: PipelineHarness) => harness.store.objects.delete(registerKey),
  emptied: (harness: PipelineHarness) =>
    harness.store.objects.set(
      registerKey,
      Buffer.from(JSON.stringify({ version: stateVersion, entries: [], merged: [] })),
    ),
};

describe('a register that is gone', () => {
  it.each(Object.entries(lose))(
    'was %s: nothing is sent, by an import or a check, and the report says why',
    async (_, act) => {
      const harness = new PipelineHarness();
      await importRows(harness, 'incoming/a.csv', 1);
      act(harness);
      for (const key of ['incoming/again.csv', 'incoming/other.csv', 'validate/again.csv']) {
        const summary = await importRows(harness, key, 1);
        expect(summary).toMatchObject({ state: 'refused', fileError: { code: 'register_gone' } });
        expect(summary.fileError?.message).toContain('state/register.json lacks imports that were in it');
      }
      expect(harness.api.leads).toHaveLength(20);
    },
  );

  it('is an older one that was put back', async () => {
    const harness = new PipelineHarness();
    await importRows(harness, 'incoming/a.csv', 1);
    const older = harness.store.objects.get(registerKey) as Buffer;
    await importRows(harness, 'incoming/b.csv', 101);
    harness.store.objects.set(registerKey, older);
    expect(await importRows(harness, 'incoming/again.csv', 101)).toMatchObject({
      fileError: { code: 'register_gone' },
    });
    expect(harness.api.leads).toHaveLength(40);
  });

  it('is one that is gone while an import runs', async () => {
    const harness = new PipelineHarness();
    const running = harness.drop('incoming/a.csv', aCsv(rows(20)));
    await harness.parse(running);
    const [message] = harness.released.splice(0);
    if (message === undefined) throw new Error('nothing was released');
    await harness.attempt(message);
    harness.store.objects.delete(registerKey);
    expect(await importRows(harness, 'incoming/again.csv', 1)).toMatchObject({ fileError: { code: 'register_gone' } });
    expect(harness.api.leads).toHaveLength(20);
  });

  it('is made anew from what its imports left, merged files included, and every lead is known again', async () => {
    const harness = new PipelineHarness();
    for (let file = 0; file < 5; file += 1) await importRows(harness, `incoming/${file}.csv`, 1 + file * 100);
    await importRows(harness, 'validate/check.csv', 900);
    const names = ['one', 'two', 'three'].values();
    const isEnded = (importId: string): boolean => ended.has(importId);
    const { entries } = await readRegister(harness.store);
    const ended = new Set(entries.map(({ importId }) => importId).slice(0, 4));
    const name = (): string => names.next().value ?? '';
    await mergeEndedImports(harness.store, { isEnded, name, many: 2 });
    const before = await readRegister(harness.store);
    harness.store.objects.delete(registerKey);
    const register = await rebuiltRegister(harness.store, 2);
    expect(register.entries.map(({ importId, source }) => [importId, source])).toEqual(
      before.entries.map(({ importId, source }) => [importId, source]),
    );
    expect(register.merged).toEqual(before.merged);
    harness.store.objects.set(registerKey, Buffer.from(JSON.stringify({ version: stateVersion, ...register })));
    for (let file = 0; file < 5; file += 1)
      expect((await importRows(harness, `incoming/again${file}.csv`, 1 + file * 100)).statuses).toMatchObject({
        duplicate: 20,
      });
    expect(harness.api.leads).toHaveLength(100);
  });
});

describe('memory that is damaged', () => {
  const damages: readonly [string, RegExp, (bytes: Buffer) => Buffer | undefined][] = [
    ['the register, emptied', /^state\/register\.json$/, () => Buffer.alloc(0)],
    ['the register, cut off', /^state\/register\.json$/, (bytes) => bytes.subarray(0, -10)],
    ['the register, without what makes it one', /^state\/register\.json$/, () => Buffer.from('{}')],
    ['the register, another JSON', /^state\/register\.json$/, () => Buffer.from('[null]')],
    ['the register, with an entry of another form', /^state\/register\.json$/, withOddEntry],
    ['a ledger, cut off', /^state\/ledgers\//, (bytes) => bytes.subarray(0, -5)],
    ['a ledger, overwritten', /^state\/ledgers\//, (bytes) => Buffer.alloc(bytes.length)],
    ['a ledger, emptied', /^state\/ledgers\//, () => Buffer.alloc(0)],
  ];

  it.each(damages)('%s: nothing is sent, and the report names the object', async (_, which, damage) => {
    const harness = new PipelineHarness();
    await importRows(harness, 'incoming/a.csv', 1);
    const key = [...harness.store.objects.keys()].find((each) => which.test(each)) as string;
    harness.store.objects.set(key, damage(harness.store.objects.get(key) as Buffer) as Buffer);
    const summary = await importRows(harness, 'incoming/again.csv', 1);
    expect(summary).toMatchObject({ state: 'refused', fileError: { code: 'memory_damaged' } });
    expect(summary.fileError?.message).toContain(key);
    expect(harness.api.leads).toHaveLength(20);
  });
});

describe('a register that only forgot', () => {
  it('stops nobody: where all imports are older than the window', async () => {
    const harness = new PipelineHarness();
    await importRows(harness, 'incoming/a.csv', 1);
    harness.clock.time += 31 * dayMs;
    harness.store.objects.delete(registerKey);
    expect((await importRows(harness, 'incoming/b.csv', 101)).statuses).toMatchObject({ created: 20 });
  });

  it('stops nobody: where the window was shorter before', async () => {
    const harness = new PipelineHarness();
    await importRows(harness, 'incoming/a.csv', 1, 14);
    harness.clock.time += 20 * dayMs;
    await importRows(harness, 'incoming/b.csv', 101, 14);
    expect((await importRows(harness, 'incoming/c.csv', 201, 90)).statuses).toMatchObject({ created: 20 });
  });

  it('stops nobody: the first files of a bucket, two at once, one refused, one without a good row', async () => {
    const harness = new PipelineHarness();
    const uploads = ['a', 'b'].map((name, at) => harness.drop(`incoming/${name}.csv`, aCsv(rows(3, 1 + at * 10))));
    await Promise.all(uploads.map((upload) => harness.parse(upload)));
    for (const upload of uploads) {
      expect((await readManifest(harness.store, importIdOf(upload)))?.faults).toEqual([]);
      expect(await hasEnded(harness.store, importIdOf(upload))).toBe(false);
    }
    const other = new PipelineHarness();
    const refused = other.drop('incoming/x.csv', 'a,b\n1,2\n');
    await other.parse(refused);
    await other.report(refused);
    await importRows(other, 'validate/y.csv', 1);
    expect((await importRows(other, 'incoming/z.csv', 1)).statuses).toMatchObject({ created: 20 });
  });
});
