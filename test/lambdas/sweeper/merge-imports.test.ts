import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { mergeEndedImports } from '../../../lambdas/sweeper/merge-imports.ts';
import { createdLeadsKey, importIdSchema, mergedLeadsKey, registerKey } from '../../../shared/bucket/keys.ts';
import { limits } from '../../../shared/limits.ts';
import { encodeFingerprint, fingerprintFileHead, visitFingerprints } from '../../../shared/memory/fingerprint-file.ts';
import { visitHeldLeads } from '../../../shared/memory/held-leads.ts';
import { encodeSection, sectionsOf } from '../../../shared/memory/merged-leads.ts';
import { changeRegister, enterRegister, readRegister } from '../../../shared/memory/register.ts';
import { countingChance } from '../../support/manual-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const dayMs = 86_400_000;
const begin = Date.parse('2026-11-23T00:00:00Z');
const many = limits.mergedAtOnce;

const importIdOf = (number: number): string =>
  importIdSchema.parse(`20261123T${String(number).padStart(6, '0')}Z-1a2b3c4d`);

const leadOf = (number: number): Buffer => {
  const lead = Buffer.alloc(16);
  lead.writeUInt32BE(number, 4);
  return lead;
};

const ledgerOf = (number: number): Buffer => {
  const [visible, core] = [Buffer.alloc(8), Buffer.alloc(8)];
  const entry = { lead: leadOf(number), visible, core, line: number + 2, leadId: `lead${number}` };
  return Buffer.concat([fingerprintFileHead, encodeFingerprint(entry)]);
};

/** So many imports that have ended, each with one lead, registered a minute after one another. */
const storeWith = async (imports: number): Promise<MemoryStore> => {
  const store = new MemoryStore();
  const entries = Array.from({ length: imports }, (_, number) => ({
    importId: importIdOf(number),
    source: `incoming/${number}.csv`,
    registeredAt: new Date(begin + number * 60_000).toISOString(),
    digest: 'd',
  }));
  await changeRegister(store, ({ merged }) => ({ entries, merged }));
  for (const [number, { importId }] of entries.entries())
    store.objects.set(createdLeadsKey(importId), ledgerOf(number));
  return store;
};

const merge = (store: MemoryStore, isEnded: (importId: string) => boolean = () => true): Promise<number> => {
  const chance = countingChance();
  return mergeEndedImports(store, { isEnded, name: () => `${chance.token()}-${store.writes}`, many });
};

const heldLines = async (store: MemoryStore, ended = begin): Promise<string[]> => {
  const held: string[] = [];
  await visitHeldLeads(store, await readRegister(store), { registered: 0, ended }, ({ line, leadId }, holder) =>
    held.push(`${holder.source}:${line}=${leadId}${holder.ended ? '' : ' running'}`),
  );
  return held.toSorted();
};

describe('merging ended imports', () => {
  it('every lead is still held, by its import and line, when thousands of imports were merged', async () => {
    const store = await storeWith(many * many + many + 5);
    const before = await heldLines(store);
    expect(await merge(store)).toBe(many + 2);
    const { entries, merged } = await readRegister(store);
    expect(entries).toHaveLength(5);
    expect(merged.map(({ level }) => level).toSorted()).toEqual([1, 2]);
    expect(await heldLines(store)).toEqual(before);
    expect(before).toHaveLength(many * many + many + 5);
  });

  it('an import that still runs is not merged and keeps its place', async () => {
    const store = await storeWith(many + 1);
    const running = importIdOf(3);
    await merge(store, (importId) => importId !== running);
    expect((await readRegister(store)).entries.map(({ importId }) => importId)).toEqual([running]);
  });

  it('fewer ended imports than a file takes are left as they are', async () => {
    const store = await storeWith(many - 1);
    expect(await merge(store)).toBe(0);
    expect((await readRegister(store)).merged).toEqual([]);
  });

  it('an import that registers while others are merged is not lost', async () => {
    const store = await storeWith(many);
    const put = store.put.bind(store);
    let raced = false;
    store.put = async (...given) => {
      if (given[0] === registerKey && !raced) {
        raced = true;
        await enterRegister(
          store,
          { importId: importIdOf(999), source: 'incoming/n.csv', digest: 'd' },
          begin,
          begin - dayMs,
        );
      }
      return put(...given);
    };
    await merge(store);
    const { entries, merged } = await readRegister(store);
    expect(entries.map(({ importId }) => importId)).toEqual([importIdOf(999)]);
    expect(merged).toHaveLength(1);
  });

  it('of two sweeps that merge the same imports at once one wins, and every lead is held once', async () => {
    const store = await storeWith(many);
    const before = await heldLines(store);
    await Promise.all(
      ['one', 'other'].map((name) => mergeEndedImports(store, { isEnded: () => true, name: () => name, many })),
    );
    expect((await readRegister(store)).merged).toHaveLength(1);
    expect(await heldLines(store)).toEqual(before);
  });

  it('nothing changes when a merge breaks off before the register names its file', async () => {
    const store = await storeWith(many);
    const before = await heldLines(store);
    store.upload = async () => {
      throw new Error('S3 is away');
    };
    await expect(merge(store)).rejects.toThrow('S3 is away');
    expect((await readRegister(store)).merged).toEqual([]);
    expect(await heldLines(store)).toEqual(before);
  });

  it('a merged import is forgotten behind the window, alone and with its file', async () => {
    const store = await storeWith(many);
    await merge(store);
    expect(await heldLines(store, begin + 60_000 * 10)).toHaveLength(many - 10);
    const now = begin + 90 * dayMs + many * 60_000;
    await enterRegister(
      store,
      { importId: importIdOf(999), source: 'incoming/n.csv', digest: 'd' },
      now,
      now - 90 * dayMs,
    );
    expect((await readRegister(store)).merged).toEqual([]);
  });

  it('a merged file that the register names and the bucket lacks is an error, never an empty memory', async () => {
    const store = await storeWith(many);
    await merge(store);
    const [file] = (await readRegister(store)).merged;
    store.objects.delete(mergedLeadsKey(file?.name ?? ''));
    await expect(heldLines(store)).rejects.toThrow('is missing, and the register names it');
  });
});

describe('a merged file', () => {
  const head = (number: number) => ({
    importId: importIdOf(number),
    source: `incoming/ü ${number}.csv`,
    registeredAt: '2026-11-23T00:00:00Z',
  });
  const fileOf = async (numbers: readonly number[]): Promise<Buffer> => {
    const pieces = numbers.map((number) =>
      Array.fromAsync(
        encodeSection({
          head: head(number),
          sizeBytes: ledgerOf(number).length,
          fingerprints: Readable.from([ledgerOf(number)]),
        }),
      ),
    );
    return Buffer.concat((await Promise.all(pieces)).flat());
  };
  const cut = (bytes: Buffer, size: number): Readable =>
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      ),
    );

  it.each([1, 7, 64, 1_000])(
    'a merged file is read back the same in chunks of %i bytes, read or skipped',
    async (size) => {
      const file = await fileOf([1, 2, 3]);
      const seen: string[] = [];
      for await (const section of sectionsOf(cut(file, size))) {
        seen.push(section.head.source);
        if (section.head.importId === importIdOf(2)) continue;
        await visitFingerprints(section.fingerprints, ({ leadId }) => seen.push(leadId));
      }
      expect(seen).toEqual(['incoming/ü 1.csv', 'lead1', 'incoming/ü 2.csv', 'incoming/ü 3.csv', 'lead3']);
    },
  );

  it('a merged file that ends inside a section is an error, never a shorter memory', async () => {
    const file = await fileOf([1]);
    const read = Array.fromAsync(sectionsOf(cut(file.subarray(0, -3), 50)));
    await expect(read).rejects.toThrow('ends inside a section');
  });

  it('the body of a merged file is let go when its reader stops early', async () => {
    const body = cut(await fileOf([1, 2]), 10);
    for await (const _ of sectionsOf(body)) break;
    expect(body.destroyed).toBe(true);
  });
});
