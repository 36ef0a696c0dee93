import { createdLeadsKey, mergedLeadsKey, registerKey } from '../../shared/bucket/keys.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import { limits } from '../../shared/limits.ts';
import { encodeFingerprint, fingerprintFileHead } from '../../shared/memory/fingerprint-file.ts';
import type { MergedFile, RegisterEntry } from '../../shared/memory/register.ts';
import type { SlowStore } from './scale-world.ts';

export interface RememberedImports {
  readonly imports: number;
  readonly leadsEach: number;
  readonly now: number;
}

const idOf = (number: number): string => `5b3c41aa9e8d${String(number).padStart(12, '0')}`;

/** Leads that no file of the model has, in one buffer. */
const ledgerOf = (leadsEach: number): Buffer => {
  const [lead, visible, core] = [Buffer.alloc(16, 7), Buffer.alloc(8, 9), Buffer.alloc(8, 11)];
  const entryOf = (number: number): Buffer => {
    lead.writeUInt32LE((number * 2_654_435_761) % 2 ** 32);
    core.writeUInt32LE((number * 2_654_435_761) % 2 ** 32);
    return encodeFingerprint({ lead, visible, core, line: number + 2, leadId: idOf(number) });
  };
  const entryBytes = entryOf(0).length;
  const entries = Buffer.alloc(leadsEach * entryBytes);
  for (let number = 0; number < leadsEach; number += 1) entryOf(number).copy(entries, number * entryBytes);
  return Buffer.concat([fingerprintFileHead, entries]);
};

const headOf = (number: number, registeredAt: string) => ({
  importId: `20261101T000000Z-${number.toString(16).padStart(8, '0')}`,
  source: `incoming/brokers/sydney/2026-11/export ${number}.csv`,
  registeredAt,
});

/**
 * Fills a bucket with what so many ended imports have left, merged as the sweeper does it. All imports have the same
 * leads, and every file of a size is one and the same buffer: only its reading counts.
 */
export const rememberImports = (store: SlowStore, { imports, leadsEach, now }: RememberedImports): void => {
  const registeredAt = new Date(now - 86_400_000).toISOString();
  const ledger = ledgerOf(leadsEach);
  const sectionsOf = (count: number): Buffer[] =>
    Array.from({ length: count }, (_, number) => {
      const head = Buffer.from(
        JSON.stringify({ version: stateVersion, ...headOf(number, registeredAt), sizeBytes: ledger.length }),
      );
      const length = Buffer.alloc(4);
      length.writeUInt32BE(head.length);
      return [Buffer.concat([length, head]), ledger];
    }).flat();
  const entries: RegisterEntry[] = [];
  const merged: MergedFile[] = [];
  let left = imports;
  for (let level = 3; level >= 1; level -= 1) {
    const size = limits.mergedAtOnce ** level;
    const pieces = left >= size ? sectionsOf(size) : [];
    for (; left >= size; left -= size) {
      const name = `level ${level} file ${merged.length}`;
      store.streams.set(mergedLeadsKey(name), pieces);
      merged.push({ name, level, latestAt: registeredAt });
    }
  }
  for (; left > 0; left -= 1) {
    const head = headOf(left, registeredAt);
    entries.push({ ...head, digest: 'd' });
    store.streams.set(createdLeadsKey(head.importId), [ledger]);
  }
  store.objects.set(registerKey, Buffer.from(JSON.stringify({ version: stateVersion, entries, merged })));
};
