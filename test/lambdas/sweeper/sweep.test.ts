import { describe, expect, it } from 'vitest';
import { answerUploads } from '../../../lambdas/parser/answer-uploads.ts';
import type { SweeperDependencies } from '../../../lambdas/sweeper/dependencies.ts';
import { sweep } from '../../../lambdas/sweeper/sweep.ts';
import type { Move, MoveMessages, ObjectVersion } from '../../../shared/bucket/bucket-and-queues.ts';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { endedKey, manifestKey, prefixes, reportPrefix } from '../../../shared/bucket/keys.ts';
import { createdObjects, notificationOf } from '../../../shared/bucket/s3-event.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import { isoTime } from '../../../shared/clock.ts';
import { limits } from '../../../shared/limits.ts';
import { enterRegister, readRegister } from '../../../shared/memory/register.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The pipeline's harness with a sweeper beside it: what it sends is kept, nothing is delivered by itself. */
class SweeperHarness extends PipelineHarness {
  readonly versions: ObjectVersion[] = [];
  readonly announcedUploads: string[] = [];
  readonly announcedResults: string[] = [];
  /** Dead letters by queue, and what became of them. */
  readonly dead = { uploads: [] as string[], batches: [] as string[], results: [] as string[] };
  readonly moves: Move[] = [];

  #move(letters: string[]): MoveMessages {
    return async (decide) => {
      const moves = letters.map(decide);
      this.moves.push(...moves);
      const left = moves.filter((move) => move === 'stays').length;
      return { taken: moves.length - left, left };
    };
  }

  sweeper(): SweeperDependencies {
    const { store, clock, chance, log } = this;
    const { versions, announcedUploads, announcedResults } = this;
    return {
      store,
      clock,
      chance,
      log,
      bucket: 'bucket',
      versions: async function* (prefix) {
        yield* versions.filter(({ key }) => key.startsWith(prefix));
      },
      announceUpload: async (bodies) => void announcedUploads.push(...bodies),
      announceResult: async (bodies) => void announcedResults.push(...bodies),
      deadUploads: this.#move(this.dead.uploads),
      deadBatches: this.#move(this.dead.batches),
      deadResults: this.#move(this.dead.results),
      mergedAtOnce: 2,
    };
  }

  sweep(overrides: Partial<SweeperDependencies> = {}): Promise<void> {
    return sweep(limits.lostAfterMs, { ...this.sweeper(), ...overrides });
  }

  /** Somebody drops a file whose notification is lost; S3 stored it at the end of a second. */
  dropUnheard(key: string, csv: string) {
    this.clock.time += 1_234;
    const upload = { ...this.drop(key, csv), versionId: `version of ${key}` };
    const storedAt = Math.ceil(Date.parse(upload.eventTime) / 1000) * 1000 + 1000;
    this.versions.push({ key, versionId: upload.versionId, storedAt });
    return upload;
  }

  async parseAnnounced(): Promise<void> {
    for (const body of this.announcedUploads.splice(0)) await answerUploads(body, this.dependencies());
  }

  get manifests(): string[] {
    return [...this.store.objects.keys()].filter((key) => key.startsWith(prefixes.manifests));
  }
}

describe('an upload whose notification was lost', () => {
  it('is announced once it is a quarter of an hour old, and only once', async () => {
    const harness = new SweeperHarness();
    harness.dropUnheard('incoming/a.csv', aCsv(rows(2)));
    harness.dropUnheard('incoming/folder/', '');
    await harness.sweep();
    expect(harness.announcedUploads).toEqual([]);
    harness.clock.time += limits.lostAfterMs + minuteMs;
    await harness.sweep();
    await harness.sweep();
    expect(harness.announcedUploads.flatMap(createdObjects).map(({ key }) => key)).toEqual(['incoming/a.csv']);
    expect(harness.events.map(([event]) => event)).toContain('upload_found');
  });

  it('comes to one import with a late notification of the bucket, whichever is first', async () => {
    for (const lateFirst of [true, false]) {
      const harness = new SweeperHarness();
      const upload = harness.dropUnheard('incoming/a.csv', aCsv(rows(2)));
      harness.clock.time += limits.lostAfterMs + minuteMs;
      await harness.sweep();
      if (lateFirst) await harness.parse(upload);
      await harness.parseAnnounced();
      await harness.parse(upload);
      expect(harness.manifests).toHaveLength(1);
    }
  });

  it('is left to the uploads queue once somebody has received it, as long as that keeps messages', async () => {
    const harness = new SweeperHarness();
    const upload = harness.dropUnheard('incoming/a.csv', aCsv(rows(2)));
    harness.store.upload = async () => {
      throw new Error('S3 is away');
    };
    await expect(harness.parse(upload)).rejects.toThrow('S3 is away');
    harness.clock.time += dayMs;
    await harness.sweep();
    expect(harness.announcedUploads).toEqual([]);
    harness.clock.time += limits.uploadMessageMs;
    await harness.sweep();
    expect(harness.announcedUploads).toHaveLength(1);
  });

  it('goes on as the import that a parser of an earlier version began and entered into the register', async () => {
    const harness = new SweeperHarness();
    const upload = harness.dropUnheard('incoming/a.csv', aCsv(rows(2)));
    const importId = importIdOf(upload);
    await enterRegister(
      harness.store,
      { importId, source: upload.key, digest: 'd' },
      harness.clock.now(),
      harness.clock.now() - dayMs,
    );
    harness.clock.time += limits.lostAfterMs + minuteMs;
    await harness.sweep();
    const [announced] = harness.announcedUploads.flatMap(createdObjects);
    expect(announced === undefined ? undefined : importIdOf(announced)).toBe(importId);
  });

  it('is not announced when it is older than any import may be: its state may be gone by the life cycle', async () => {
    const harness = new SweeperHarness();
    harness.dropUnheard('incoming/a.csv', aCsv(rows(2)));
    harness.clock.time += limits.longestImportMs + dayMs;
    await harness.sweep();
    expect(harness.announcedUploads).toEqual([]);
  });
});

describe('an import whose last notification was lost', () => {
  it('is announced to the reporter until its report is there', async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
    await harness.parse(upload);
    await harness.submit();
    await harness.sweep();
    expect(harness.announcedResults.flatMap(createdObjects).map(({ key }) => key)).toEqual([
      manifestKey(importIdOf(upload)),
    ]);
    await harness.report(upload);
    harness.announcedResults.length = 0;
    await harness.sweep();
    expect(harness.announcedResults).toEqual([]);
  });
});

describe('an import that should have ended', () => {
  const overdue = ({ events }: SweeperHarness) => events.filter(([event]) => event === 'import_overdue');

  it('is told a day after its give-up time, in each sweep until its report is there', async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
    await harness.parse(upload);
    harness.clock.time += 2 * dayMs - minuteMs;
    await harness.sweep();
    expect(overdue(harness)).toEqual([]);
    harness.clock.time += 2 * minuteMs;
    await harness.sweep();
    await harness.sweep();
    expect(overdue(harness)).toEqual([1, 2].map(() => ['import_overdue', { importId: importIdOf(upload) }]));
    await harness.submit();
    await harness.report(upload);
    await harness.sweep();
    expect(overdue(harness)).toHaveLength(2);
  });

  it('and cannot any more, since its messages are gone, is cancelled: a late delivery sends nothing, and rows in doubt end unconfirmed', async () => {
    const harness = new SweeperHarness();
    const count = limits.rowsPerBatch + 10;
    const upload = harness.drop('incoming/a.csv', aCsv(rows(count)));
    await harness.parse(upload);
    const [first, second] = harness.released.splice(0);
    if (first === undefined || second === undefined) throw new Error('there are not two batches');
    harness.api.script.push('lose');
    await harness.attempt(first);
    const created = harness.api.leads.length;
    harness.clock.time += limits.maxWaitMs;
    await harness.sweep();
    expect(harness.events.map(([event]) => event)).not.toContain('import_ended');
    harness.clock.time += dayMs;
    harness.api.listTrouble = 'server_error';
    await harness.sweep();
    expect(harness.events.map(([event]) => event)).toContain('import_ended');
    await harness.attempt(second);
    harness.released.push(first);
    await harness.submit();
    expect(harness.api.leads.length).toBe(created);
    const summary = await harness.report(upload);
    expect(summary?.state).toBe('cancelled');
    expect(summary?.statuses).toMatchObject({ created, unconfirmed: 1, failed: count - created - 1 });
  });

  it('and whose manifest is damaged is told, and stops no sweep', async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
    await harness.parse(upload);
    harness.store.objects.set(manifestKey(importIdOf(upload)), Buffer.alloc(40));
    harness.clock.time += 14 * dayMs - dayMs;
    await harness.sweep();
    expect(overdue(harness)).toHaveLength(1);
  });
});

describe('dead letters', () => {
  const place = { page: 0, from: 30, bytes: 10 };
  const batch = {
    version: stateVersion,
    importId: '20261123T032500Z-1a2b3c4d',
    run: 'r',
    batch: 3,
    place,
    last: false,
  };

  it('an upload is abandoned, a batch has its last attempt, results are forgotten, and what nobody can read stays', async () => {
    const harness = new SweeperHarness();
    const notification = notificationOf({ bucket: 'bucket', key: 'incoming/a.csv', eventTime: isoTime(0) });
    const abandoned = JSON.stringify({ abandoned: notification });
    harness.dead.uploads.push(notification, abandoned, 'no JSON', '{}');
    harness.dead.batches.push(JSON.stringify(batch), 'no JSON', '{"version":9}');
    harness.dead.results.push(notification, 'no JSON');
    await harness.sweep();
    expect(harness.moves).toEqual([
      { body: abandoned },
      { body: abandoned },
      'stays',
      'stays',
      { body: JSON.stringify({ ...batch, last: true }), group: batch.importId },
      'stays',
      'stays',
      'done',
      'stays',
    ]);
  });

  it('an abandoned upload gets a report that says so, however often it is taken up', async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
    const body = JSON.stringify({ abandoned: notificationOf(upload) });
    await answerUploads(body, harness.dependencies());
    await answerUploads(body, harness.dependencies());
    expect((await harness.report(upload))?.fileError?.code).toBe('importer_failed');
    await answerUploads(body, harness.dependencies());
    expect(harness.released).toEqual([]);
  });
});

describe('a sweep whose parts fail', () => {
  it('a part that fails keeps no other from its turn, and the sweep says that it failed', async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(1)));
    await harness.parse(upload);
    const deadUploads: MoveMessages = async () => {
      throw new Error('SQS is away');
    };
    await expect(harness.sweep({ deadUploads })).rejects.toThrow('SQS is away');
    expect(harness.announcedResults).toHaveLength(1);
    expect(harness.events.filter(([event]) => event === 'sweep_failed')).toHaveLength(1);
  });
});

describe('what was erased', () => {
  /** An import that has ended, and of which everything was erased but its mark. */
  const erased = async () => {
    const harness = new SweeperHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
    await harness.parse(upload);
    const messages = [...harness.released];
    await harness.submit();
    await harness.report(upload);
    const prefix = reportPrefix(upload.key, importIdOf(upload));
    return { harness, upload, messages, prefix };
  };
  const erase = (harness: SweeperHarness, isKept: (key: string) => boolean): void => {
    for (const key of harness.store.objects.keys()) if (!isKept(key)) harness.store.objects.delete(key);
  };
  const marks = [prefixes.ended, prefixes.uploads];

  it.each([
    { what: 'its report', isErased: (key: string) => key.startsWith(prefixes.reports) },
    { what: 'its batches', isErased: (key: string) => key.startsWith(prefixes.batches) },
    {
      what: 'its outcomes and journals',
      isErased: (key: string) => [prefixes.outcomes, prefixes.journals].some((prefix) => key.startsWith(prefix)),
    },
    { what: 'all but its marks', isErased: (key: string) => !marks.some((prefix) => key.startsWith(prefix)) },
    {
      what: 'all but its marks and batches',
      isErased: (key: string) => ![...marks, prefixes.batches].some((prefix) => key.startsWith(prefix)),
    },
  ])(
    'an import of which $what was erased does not come back, and nothing of it is posted again',
    async ({ isErased }) => {
      const { harness, upload, messages, prefix } = await erased();
      erase(harness, (key) => !isErased(key));
      const before = [...harness.store.objects.keys()];
      harness.clock.time += limits.lostAfterMs + minuteMs;
      await harness.sweep();
      await harness.parse(upload);
      await answerUploads(JSON.stringify({ abandoned: notificationOf(upload) }), harness.dependencies());
      harness.released.push(...messages, ...messages.map((message) => ({ ...message, last: true })));
      await harness.submit();
      await harness.report(upload);
      expect(harness.api.leads).toHaveLength(2);
      expect([...harness.store.objects.keys()].toSorted()).toEqual(before.toSorted());
      expect(harness.store.objects.has(`${prefix}summary.json`)).toBe(before.includes(`${prefix}summary.json`));
    },
  );

  it('an import that ended under an earlier version is marked as ended, and its report is not written again', async () => {
    const { harness, upload } = await erased();
    harness.store.objects.delete(endedKey(importIdOf(upload)));
    const before = harness.store.writes;
    await harness.sweep();
    await harness.report(upload);
    expect(harness.store.objects.has(endedKey(importIdOf(upload)))).toBe(true);
    expect(harness.store.writes).toBe(before + 1);
  });
});

it('a sweep merges the memory of imports that have ended, and their leads stay duplicates on day 89 and not on day 91', async () => {
  const harness = new SweeperHarness();
  const dependencies = () => ({ ...harness.dependencies(), duplicateWindowMs: 90 * dayMs });
  const importOne = async (name: string, first: number) => {
    const upload = harness.drop(`incoming/${name}.csv`, aCsv(rows(3, first)));
    await answerUploads(notificationOf(upload), dependencies());
    await harness.submit();
    return harness.report(upload);
  };
  await importOne('a', 1);
  await importOne('b', 100);
  await harness.sweep();
  expect(await readRegister(harness.store)).toMatchObject({ entries: [], merged: [{ level: 1 }] });
  harness.clock.time += 89 * dayMs;
  const again = await importOne('again', 1);
  expect(again?.statuses.duplicate).toBe(3);
  harness.clock.time += 2 * dayMs;
  expect((await importOne('late', 100))?.statuses.created).toBe(3);
});
