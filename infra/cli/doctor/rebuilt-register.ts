import { importTime } from '../../../shared/bucket/import-id.ts';
import { importIdSchema, prefixes } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { inObject } from '../../../shared/bucket/stored-json.ts';
import { isoTime } from '../../../shared/clock.ts';
import { type MergedImport, sectionsOf } from '../../../shared/memory/merged-leads.ts';
import type { MergedFile, Register, RegisterEntry } from '../../../shared/memory/register.ts';
import { readManifest } from '../../../shared/state/manifest.ts';

const isImportId = (text: string): boolean => importIdSchema.safeParse(text).success;

const idLength = '20261123T032500Z-1a2b3c4d'.length;

/** The imports that have an object below a prefix, and what follows their names in its key. */
const importsBelow = async (store: ObjectStore, prefix: string): Promise<Map<string, string>> => {
  const rests = new Map<string, string>();
  for await (const { key } of store.list(prefix)) {
    const [importId, rest] = [key.slice(prefix.length).slice(0, idLength), key.slice(prefix.length).slice(idLength)];
    if (isImportId(importId)) rests.set(importId, rest);
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
    const heads: MergedImport[] = [];
    await inObject(key, async () => {
      for await (const { head } of sectionsOf(object.body)) heads.push(head);
    });
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
    ...(await importsBelow(store, prefixes.manifests)).keys(),
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
