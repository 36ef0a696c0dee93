import { importsFrom } from '../../shared/bucket/import-id.ts';
import { importIdOfKey, prefixes } from '../../shared/bucket/keys.ts';
import { isoTime } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import { announceResults, announceUploads, type KnownImports } from './announce.ts';
import { takeDeadLetters } from './dead-letters.ts';
import type { SweeperDependencies } from './dependencies.ts';
import { endOverdue } from './end-overdue.ts';
import { mergeEndedImports } from './merge-imports.ts';

/** The imports that may still run, by their manifests and their marks of having ended. */
const readKnownImports = async ({ store, clock }: SweeperDependencies): Promise<KnownImports> => {
  const from = importsFrom(isoTime(clock.now() - limits.longestImportMs));
  const below = async (prefix: string): Promise<ReadonlySet<string>> => {
    const importIds = new Set<string>();
    for await (const { key } of store.list(prefix, `${prefix}${from}`)) {
      const importId = importIdOfKey(key);
      if (importId !== undefined) importIds.add(importId);
    }
    return importIds;
  };
  // The marks last: what ends in between is announced once too often, and never too seldom.
  const staged = await below(prefixes.manifests);
  return { staged, ended: await below(prefixes.ended) };
};

const mergeMemory = (
  { ended }: KnownImports,
  { store, chance, mergedAtOnce: many }: SweeperDependencies,
): Promise<number> =>
  mergeEndedImports(store, { isEnded: (importId) => ended.has(importId), name: () => chance.token(), many });

/**
 * Finds what was lost on its way: dead letters, an upload that nobody has received, an import that ended without its
 * report, or that is not at its end when it should be. And it keeps the memory of ended imports small. Each part is done whatever became of the others, and all of it
 * may run twice, or twice at once.
 * @param lostAfterMs how old an upload is that counts as lost when nobody has received it
 * @throws the first error of a part, once all have had their turn
 */
export const sweep = async (lostAfterMs: number, dependencies: SweeperDependencies): Promise<void> => {
  const { log } = dependencies;
  let reading: Promise<KnownImports> | undefined;
  // Read once, when a part first asks.
  const known = (): Promise<KnownImports> => {
    reading ??= readKnownImports(dependencies);
    return reading;
  };
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    dead_letters: () => takeDeadLetters(dependencies),
    uploads: async () => announceUploads(await known(), lostAfterMs, dependencies),
    overdue: async () => endOverdue(await known(), dependencies),
    results: async () => announceResults(await known(), dependencies),
    memory: async () => mergeMemory(await known(), dependencies),
  };
  const errors: unknown[] = [];
  for (const [code, part] of Object.entries(parts)) {
    try {
      await part();
    } catch (error) {
      log('sweep_failed', { code, ...errorFields(error) });
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
};
