import { createdLeadsKey, mergedLeadsKey } from '../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { fingerprintFileHead } from '../../shared/memory/fingerprint-file.ts';
import { encodeSection, type MergedSection, sectionsOf } from '../../shared/memory/merged-leads.ts';
import {
  changeRegister,
  type MergedFile,
  type Register,
  type RegisterEntry,
  readRegister,
} from '../../shared/memory/register.ts';

/** What becomes one file: ended imports, or merged files of one level. */
interface Merge {
  readonly entries: readonly RegisterEntry[];
  readonly files: readonly MergedFile[];
  readonly level: number;
}

const nextMerge = (
  { entries, merged }: Register,
  isEnded: (importId: string) => boolean,
  many: number,
): Merge | undefined => {
  const ended = entries.filter(({ importId }) => isEnded(importId));
  if (ended.length >= many) return { entries: ended.slice(0, many), files: [], level: 1 };
  const [full] = [...Map.groupBy(merged, ({ level }) => level)].filter(([, files]) => files.length >= many);
  return full === undefined ? undefined : { entries: [], files: full[1].slice(0, many), level: full[0] + 1 };
};

/** A ledger that is gone, by the bucket's life cycle or by hand, holds no lead. */
async function* noLeads(): AsyncGenerator<Uint8Array> {
  yield fingerprintFileHead;
}

async function* sections(store: ObjectStore, { entries, files }: Merge): AsyncGenerator<MergedSection> {
  for (const { importId, source, registeredAt } of entries) {
    const ledger = await store.get(createdLeadsKey(importId));
    const { sizeBytes, body } = ledger ?? { sizeBytes: fingerprintFileHead.length, body: noLeads() };
    yield { head: { importId, source, registeredAt }, sizeBytes, fingerprints: body };
  }
  for (const { name } of files) {
    const file = await store.get(mergedLeadsKey(name));
    if (file === undefined) throw new Error('a merged file that the register names is not in the bucket');
    yield* sectionsOf(file.body);
  }
}

async function* encoded(all: AsyncIterable<MergedSection>): AsyncGenerator<Uint8Array> {
  for await (const section of all) yield* encodeSection(section);
}

/** The register with a merge done; undefined where somebody else has merged some of it. */
const merged = (register: Register, { entries, files, level }: Merge, name: string): Register | undefined => {
  const importIds = new Set(entries.map(({ importId }) => importId));
  const names = new Set(files.map((file) => file.name));
  const left = {
    entries: register.entries.filter(({ importId }) => !importIds.has(importId)),
    merged: register.merged.filter((file) => !names.has(file.name)),
  };
  const taken = register.entries.length - left.entries.length + register.merged.length - left.merged.length;
  if (taken < importIds.size + names.size) return undefined;
  const times = [...entries.map(({ registeredAt }) => registeredAt), ...files.map(({ latestAt }) => latestAt)];
  const latestAt = times.reduce((one, other) => (one > other ? one : other));
  return { ...register, ...left, merged: [...left.merged, { name, level, latestAt }] };
};

/** How imports are merged. */
export interface MergePlan {
  readonly isEnded: (importId: string) => boolean;
  /** A name that nobody else uses. */
  readonly name: () => string;
  /** So many imports, or files of a level, become one file. */
  readonly many: number;
}

/**
 * Merges what ended imports created into few files, so that a new import has some hundred objects to ask however many
 * there were. A file is written before the register names it: whoever reads an older register finds what that names.
 * @returns how many files were made
 */
export const mergeEndedImports = async (store: ObjectStore, { isEnded, name, many }: MergePlan): Promise<number> => {
  for (let made = 0; ; made += 1) {
    const merge = nextMerge(await readRegister(store), isEnded, many);
    if (merge === undefined) return made;
    const file = name();
    await store.upload(mergedLeadsKey(file), encoded(sections(store, merge)), 'application/octet-stream');
    await changeRegister(store, (register) => merged(register, merge, file));
  }
};
