import { z } from 'zod';
import type { ObjectStore } from '../aws/object-store.ts';
import { type EpochMs, isoTime } from '../clock.ts';
import { importIdSchema, registerKey } from '../keys.ts';
import { limits } from '../limits.ts';
import { readState } from './stored-json.ts';

const entrySchema = z.object({
  importId: importIdSchema,
  /** The CSV's key, to name the import to people. */
  source: z.string(),
  registeredAt: z.iso.datetime(),
  /** Of the import's fingerprint file: names it, and tells a second reading of the CSV that came to other leads. */
  digest: z.string(),
});

const registerSchema = z.object({ version: z.literal(1), entries: z.array(entrySchema) });

export type RegisterEntry = z.output<typeof entrySchema>;

/** All imports of the window in their total order; empty before the first. */
export const readRegister = async (store: ObjectStore): Promise<readonly RegisterEntry[]> =>
  (await readState(store, registerKey, registerSchema))?.value.entries ?? [];

/** An import's place: the imports before it, or word that it entered with other leads than it has now. */
export type Registration =
  | { readonly kind: 'entered'; readonly earlier: readonly RegisterEntry[] }
  | { readonly kind: 'changed' };

const registrationOf = (
  entries: readonly RegisterEntry[],
  { importId, digest }: Pick<RegisterEntry, 'importId' | 'digest'>,
): Registration | undefined => {
  const position = entries.findIndex((entry) => entry.importId === importId);
  if (position === -1) return undefined;
  return entries[position]?.digest === digest
    ? { kind: 'entered', earlier: entries.slice(0, position) }
    : { kind: 'changed' };
};

/**
 * Gives an import its place in the total order, once: by compare-and-swap, so that of two imports at the same moment
 * one is earlier. Answers the imports before it, to all of which it yields. The import's fingerprints must be written
 * before, so that whoever comes later finds them. Throws when other writers win too often: the attempt is repeated.
 */
export const enterRegister = async (
  store: ObjectStore,
  entry: Omit<RegisterEntry, 'registeredAt'>,
  now: EpochMs,
  rememberedMs: number,
): Promise<Registration> => {
  for (let round = 0; round < limits.maxSwapRounds; round += 1) {
    const stored = await readState(store, registerKey, registerSchema);
    const entries = (stored?.value.entries ?? []).filter(
      ({ registeredAt }) => Date.parse(registeredAt) >= now - rememberedMs,
    );
    // Also how a repeated request of our own is recognised: it answers 412, and the entry is there.
    const registration = registrationOf(entries, entry);
    if (registration !== undefined) return registration;
    const next = [...entries, { ...entry, registeredAt: isoTime(now) }].slice(-limits.maxRegisterEntries);
    const body = JSON.stringify({ version: 1, entries: next });
    const written = await store.put(
      registerKey,
      body,
      stored === undefined ? { ifAbsent: true } : { ifMatch: stored.etag },
    );
    if (written.kind === 'written') return { kind: 'entered', earlier: next.slice(0, -1) };
  }
  throw new Error(`the register was changed by others ${limits.maxSwapRounds} times in a row`);
};
