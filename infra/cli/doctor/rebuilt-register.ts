import { importTime } from '../../../shared/bucket/import-id.ts';
import { importIdSchema, prefixes } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { isoTime } from '../../../shared/clock.ts';
import { sectionsOf } from '../../../shared/memory/merged-leads.ts';
import type { MergedFile, Register, RegisterEntry } from '../../../shared/memory/register.ts';
import { readManifest } from '../../../shared/state/manifest.ts';

const isImportId = (text: string): boolean => importIdSchema.safeParse(text).success;

/** Names of the imports that have an object below a prefix; what follows the name is cut off. */
const importsBelow = async (store: ObjectStore, prefix: string, ending = ''): Promise<Map<string, string>> => {
  const rests = new Map<string, string>();
  const length = '20261123T032500Z-1a2b3c4d'.length;
  for await (const { key } of store.list(prefix)) {
    const name = key.slice(prefix.length, key.length - ending.length);
    if (isImportId(name.slice(0, length))) rests.set(name.slice(0, length), name.slice(length));
  }
  return rests;
};

/** A merged file, and which imports it holds. */
interface FoundFile extends MergedFile {
  readonly importIds: readonly string[];
}

/** How many imports become a file of the next level: so the level of a found one follows from how many it holds. */
const levelOf = (imports: number, many: number): number =>
  Math.max(1, Math.ceil(Math.log(Math.max(2, imports)) / Math.log(many)));

const mergedFiles = async (store: ObjectStore, many: number): Promise<FoundFile[]> => {
  const files: FoundFile[] = [];
  for await (const { key } of store.list(prefixes.mergedLeads)) {
    const object = await store.get(key);
    if (object === undefined) continue;
    const heads: { importId: string; registeredAt: string }[] = [];
    for await (const { head, fingerprints } of sectionsOf(object.body)) {
      heads.push(head);
      for await (const _ of fingerprints);
    }
    const latestAt = heads
      .map(({ registeredAt }) => registeredAt)
      .reduce((one, other) => (one > other ? one : other), '');
    if (heads.length === 0) continue;
    const importIds = heads.map(({ importId }) => importId);
    files.push({
      name: key.slice(prefixes.mergedLeads.length),
      level: levelOf(heads.length, many),
      latestAt,
      importIds,
    });
  }
  return files;
};

/** The fewest files that hold every import that some of them holds: a file that was merged into another is still there. */
const withoutMergedAgain = (files: readonly FoundFile[]) => {
  const held = new Set<string>();
  const kept: MergedFile[] = [];
  for (const { importIds, ...file } of files.toSorted((one, other) => other.importIds.length - one.importIds.length)) {
    if (importIds.every((importId) => held.has(importId))) continue;
    for (const importId of importIds) held.add(importId);
    kept.push(file);
  }
  return { kept, held };
};

/**
 * The register as what its imports have left shows it: ledgers of those that have ended, manifests and fingerprints of
 * those that run, merged files. Dry runs and refused files are in none.
 * @param many how many imports, or files of a level, the sweeper merges into one
 */
export const rebuiltRegister = async (store: ObjectStore, many: number): Promise<Register> => {
  const { kept, held } = withoutMergedAgain(await mergedFiles(store, many));
  const digests = await importsBelow(store, prefixes.possibleLeads);
  const left = [
    ...(await importsBelow(store, prefixes.createdLeads)).keys(),
    ...(await importsBelow(store, prefixes.manifests, '.json')).keys(),
    ...digests.keys(),
  ];
  const entries: RegisterEntry[] = [];
  for (const importId of new Set(left)) {
    if (held.has(importId)) continue;
    const manifest = await readManifest(store, importId);
    if (manifest !== undefined && (manifest.mode === 'dry-run' || manifest.faults.length > 0)) continue;
    entries.push({
      importId,
      source: manifest?.source.key ?? 'an earlier import',
      registeredAt: manifest?.stagedAt ?? isoTime(Date.parse(importTime(importId))),
      digest: (digests.get(importId) ?? '').slice(1),
    });
  }
  return { entries: entries.toSorted((one, other) => (one.registeredAt < other.registeredAt ? -1 : 1)), merged: kept };
};
