import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateDirectoryInUse } from '../../../infra/laptop/directory-lock.ts';
import { bucketFile } from '../../../infra/laptop/local-bucket.ts';
import { type LocalCloud, openLocalCloud } from '../../../infra/laptop/local-cloud.ts';
import { getBytes, getText } from '../../../shared/bucket/object-store.ts';
import { oldestStateVersion, stateVersion, UnreadableState } from '../../../shared/bucket/stored-json.ts';
import { startEmbeddedAws } from '../../support/embedded-aws/embedded-aws.ts';

const mebibyte = 1024 * 1024;

// What the stories ask of S3 holds for the bucket of a laptop, and for the emulator that the real SDK talks to.
describe.each([
  ['of a laptop', () => openLocalCloud()],
  ['of the emulator', startEmbeddedAws],
] as const)('the bucket %s', (_, open) => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await open();
  });
  afterEach(() => cloud.stop());

  it('lets only one of twenty concurrent writers create an object', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => cloud.store.put('state/x', String(index), { ifAbsent: true })),
    );
    expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    const winner = results.findIndex(({ kind }) => kind === 'written');
    expect((await getText(cloud.store, 'state/x'))?.text).toBe(String(winner));
  });

  it('lets only one of ten concurrent writers replace the version that all of them read', async () => {
    const first = await cloud.store.put('state/x', 'first');
    if (first.kind !== 'written') throw new Error('not written');
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => cloud.store.put('state/x', String(index), { ifMatch: first.etag })),
    );
    expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    expect((await cloud.store.put('state/none', 'x', { ifMatch: first.etag })).kind).toBe('changed');
  });

  it('lists keys after a given key, in order, past a thousand keys', async () => {
    const names = Array.from({ length: 1_005 }, (_, index) => `state/list/${String(index).padStart(4, '0')}`);
    for (const key of ['state/lis', 'state/list0', ...names]) await cloud.store.put(key, 'x');
    const keys: string[] = [];
    for await (const { key } of cloud.store.list('state/list/', 'state/list/0001')) keys.push(key);
    expect(keys).toEqual(names.slice(2));
    expect(await Array.fromAsync(cloud.store.list('state/list0'))).toEqual([
      { key: 'state/list0', sizeBytes: 1, storedAt: expect.any(Number) },
    ]);
  });

  it('announces a large upload with its key encoded as S3 encodes it, and gives it back whole', async () => {
    const key = 'incoming/a b+c ü.csv';
    const bytes = Buffer.alloc(12 * mebibyte, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
    await cloud.upload(key, Readable.from([bytes.subarray(0, 7 * mebibyte), bytes.subarray(7 * mebibyte)]), {
      first: '5',
    });
    let [message] = await cloud.queues.uploads.receive(1);
    while (message === undefined) [message] = await cloud.queues.uploads.receive(1);
    expect(JSON.parse(message.body)).toMatchObject({
      Records: [{ eventTime: cloud.writtenAt(key), s3: { object: { key: 'incoming/a+b%2Bc+%C3%BC.csv' } } }],
    });
    const stored = await cloud.store.get(key);
    expect(stored).toMatchObject({ sizeBytes: bytes.length, metadata: { first: '5' } });
    expect((await buffer(stored?.body as Readable)).equals(bytes)).toBe(true);
  });

  it('gives a part of an object by its bytes, wherever its pieces end', async () => {
    const bytes = Buffer.alloc(mebibyte, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
    await cloud.store.put('state/x', bytes);
    const uneven = [bytes.subarray(0, 1_000), bytes.subarray(1_000, 300_001), bytes.subarray(300_001)];
    await cloud.upload('state/y', Readable.from(uneven));
    const parts = [
      { from: 0, bytes: 1 },
      { from: 250_000, bytes: 30_000 },
      { from: 262_144, bytes: 262_144 },
      { from: mebibyte - 3, bytes: 3 },
    ];
    for (const key of ['state/x', 'state/y']) {
      for (const range of parts) {
        const stored = await getBytes(cloud.store, key, range);
        expect(stored?.bytes.equals(bytes.subarray(range.from, range.from + range.bytes))).toBe(true);
      }
    }
  });

  it('shows nothing of an upload that breaks off', async () => {
    const broken = async function* () {
      yield Buffer.alloc(6 * mebibyte);
      throw new Error('the disk is gone');
    };
    await expect(cloud.store.upload('reports/x', broken(), 'text/csv')).rejects.toThrow('the disk is gone');
    expect(await cloud.store.head('reports/x')).toBeUndefined();
    expect(await cloud.store.get('reports/x')).toBeUndefined();
  });

  it('reads the version that was asked for, and no other', async () => {
    const first = await cloud.store.put('state/x', 'first');
    if (first.kind !== 'written') throw new Error('not written');
    await cloud.store.put('state/x', 'second');
    await expect(cloud.store.get('state/x', { ifMatch: first.etag })).rejects.toThrow();
    expect((await getText(cloud.store, 'state/x'))?.text).toBe('second');
  });

  it('gives what was read as it was then, though it is replaced before the reader begins', async () => {
    await cloud.store.put('state/x', 'first');
    const read = await cloud.store.get('state/x');
    await cloud.store.put('state/x', 'second');
    expect((await buffer(read?.body as Readable)).toString()).toBe('first');
  });

  it('holds an empty object', async () => {
    await cloud.store.put('control/x/cancel', '');
    expect((await getText(cloud.store, 'control/x/cancel'))?.text).toBe('');
    expect((await cloud.store.head('control/x/cancel'))?.sizeBytes).toBe(0);
  });
});

describe('a state directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'state-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is the same after a restart: contents, metadata, conditions, times', async () => {
    const before = await openLocalCloud(directory);
    const body = Buffer.alloc(9 * mebibyte, 'y');
    await before.upload('incoming/big.csv', body, { 'dry-run': 'true' });
    const written = await before.store.put('state/register.json', '{"a":1}');
    const time = before.writtenAt('incoming/big.csv');
    await before.stop();
    const after = await openLocalCloud(directory);
    expect(await after.store.get('incoming/big.csv')).toMatchObject({
      sizeBytes: body.length,
      metadata: { 'dry-run': 'true' },
    });
    expect(after.writtenAt('incoming/big.csv')).toBe(time);
    if (written.kind !== 'written') throw new Error('not written');
    expect((await after.store.put('state/register.json', '{}', { ifAbsent: true })).kind).toBe('exists');
    expect((await after.store.put('state/register.json', '{}', { ifMatch: written.etag })).kind).toBe('written');
    await after.stop();
  });

  it('keeps nothing of an upload that was killed before its end', async () => {
    const file = join(directory, 'bucket.sqlite');
    await (await openLocalCloud(directory)).stop();
    const killed = new DatabaseSync(file);
    killed.prepare('INSERT INTO pieces VALUES (?, ?, ?)').run(1, 0, Buffer.from('of somebody'));
    killed.close();
    await (await openLocalCloud(directory)).stop();
    const after = new DatabaseSync(file);
    expect(after.prepare('SELECT count(*) AS pieces FROM pieces').get()).toEqual({ pieces: 0 });
    after.close();
  });

  it('remembers journals that somebody takes away by hand, and no other object', async () => {
    const cloud = await openLocalCloud(directory);
    const keys = ['state/journals/i/00000.json', 'state/journals/i/00001.json', 'state/outcomes/i/00000.json'];
    for (const key of keys) for (const text of ['one', 'two']) await cloud.store.put(key, text);
    const removed = (): Promise<(boolean | undefined)[]> =>
      Promise.all(keys.map((key) => cloud.store.wasRemoved?.(key)));
    expect(await removed()).toEqual([false, false, false]);
    const file = new DatabaseSync(join(directory, 'bucket.sqlite'));
    file.exec("DELETE FROM files WHERE key LIKE '%00000.json'");
    file.close();
    expect(await removed()).toEqual([true, false, false]);
    await cloud.store.put(keys[0] ?? '', 'three');
    expect(await removed()).toEqual([false, false, false]);
    await cloud.stop();
  });

  it('says what the database says where that has rolled back by itself, as with a full disk', async () => {
    const cloud = await openLocalCloud(directory);
    const file = new DatabaseSync(join(directory, 'bucket.sqlite'));
    file.exec("CREATE TRIGGER full BEFORE INSERT ON files BEGIN SELECT RAISE(ROLLBACK, 'no room'); END");
    await expect(cloud.store.put('state/x', 'one')).rejects.toThrow('no room');
    file.exec('DROP TRIGGER full');
    file.close();
    expect((await cloud.store.put('state/x', 'two')).kind).toBe('written');
    await cloud.stop();
  });

  it('keeps nothing of what was replaced or broke off', async () => {
    const cloud = await openLocalCloud(directory);
    for (const text of ['one', 'two']) await cloud.store.put('state/kept', text);
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('of somebody');
        throw new Error('the disk is gone');
      })(),
    );
    await expect(cloud.upload('incoming/a.csv', broken)).rejects.toThrow('the disk is gone');
    const file = new DatabaseSync(join(directory, 'bucket.sqlite'));
    expect(file.prepare('SELECT CAST(bytes AS TEXT) AS text FROM pieces').all()).toEqual([{ text: 'two' }]);
    file.close();
    await cloud.stop();
  });

  it('serves one import at a time', async () => {
    const first = await openLocalCloud(directory);
    await expect(openLocalCloud(directory)).rejects.toThrow(StateDirectoryInUse);
    await first.stop();
    await (await openLocalCloud(directory)).stop();
  });

  it.each([
    ['an older importer that named no version', 0, /older importer, and this one/],
    [
      'an older importer',
      oldestStateVersion - 1,
      new RegExp(`older importer \\(state version ${oldestStateVersion - 1}\\)`),
    ],
    ['a newer importer', stateVersion + 1, new RegExp(`newer importer \\(state version ${stateVersion + 1}\\)`)],
  ])('of %s is refused with one sentence, and left as it is', async (_, version, sentence) => {
    const path = join(directory, bucketFile);
    const other = new DatabaseSync(path);
    other.exec(`CREATE TABLE files (key TEXT PRIMARY KEY); PRAGMA user_version = ${version}`);
    other.close();
    const before = readFileSync(path);
    await expect(openLocalCloud(directory)).rejects.toThrow(sentence);
    await expect(openLocalCloud(directory)).rejects.toThrow(UnreadableState);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

it('what a killed process may have sent is in doubt for as long as a request may take effect, and its lease is free', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lumi-killed-'));
  try {
    const key = 'state/journals/20261123T032500Z-1a2b3c4d/0.json';
    const first = await openLocalCloud(directory);
    const importId = '20261123T032500Z-1a2b3c4d';
    const [leasedAt, leaseUntil] = [Date.now() - 1_000, Date.now() + 900_000];
    const journal = {
      version: stateVersion,
      importId,
      batch: 0,
      owner: 'killed',
      leaseUntil,
      leasedAt,
      sends: true,
      attempt: 1,
    };
    // One that was sent alone, and one that may have been sent since.
    const states = [
      { state: 'in_doubt', tries: 1, sentAt: leasedAt, until: leaseUntil },
      { state: 'unsent', tries: 0 },
    ];
    await first.store.put(key, JSON.stringify({ ...journal, firstAttemptAt: leasedAt, states }));
    await first.stop();
    const openedAt = Date.now();
    const second = await openLocalCloud(directory, 60_000);
    const text = (await getText(second.store, key))?.text ?? '';
    await second.stop();
    const expired = JSON.parse(text);
    expect(expired).toMatchObject({ leaseUntil: 0, states: Array(2).fill({ state: 'in_doubt', sentAt: leasedAt }) });
    for (const { until } of expired.states) {
      expect(until).toBeGreaterThanOrEqual(openedAt + 60_000);
      expect(until).toBeLessThan(leaseUntil);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
