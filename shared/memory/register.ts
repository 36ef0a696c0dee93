import * as z from 'zod/mini';
import { importIdSchema, registerKey } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import { type EpochMs, isoTime } from '../clock.ts';
import { limits } from '../limits.ts';

const entrySchema = z.object({
  importId: importIdSchema,
  /** The CSV's key, to name the import to people. */
  source: z.string(),
  registeredAt: z.iso.datetime(),
  /** Of the import's fingerprint file: names it, and tells a second reading of the CSV that came to other leads. */
  digest: z.string(),
});

const mergedFileSchema = z.object({
  /** Below `state/merged/`. */
  name: z.string(),
  /** 1: made of imports; 2: made of files of level 1, and so on. */
  level: z.int().check(z.positive()),
  /** When the latest import in it was registered: behind the window the file is forgotten whole. */
  latestAt: z.iso.datetime(),
});

const registerSchema = z.object({
  version: stateVersionSchema,
  /** Imports in their total order, less those that have ended and were merged. */
  entries: z.array(entrySchema),
  /** What ended imports created. */
  merged: z.array(mergedFileSchema),
  /** Imports from before this were forgotten, since they were older than the window. */
  forgottenBefore: z.optional(z.iso.datetime()),
});

export type RegisterEntry = z.output<typeof entrySchema>;
export type MergedFile = z.output<typeof mergedFileSchema>;

/** The imports of the window: those that run or have ended lately one by one, the others in merged files. */
export interface Register {
  readonly entries: readonly RegisterEntry[];
  readonly merged: readonly MergedFile[];
  readonly forgottenBefore?: string | undefined;
}

const emptyRegister: Register = { entries: [], merged: [] };

export const readRegister = async (store: ObjectStore): Promise<Register> =>
  (await readState(store, registerKey, registerSchema))?.value ?? emptyRegister;

/** When its imports entered it, or of a merged file the latest of them. */
export const timesOf = ({ entries, merged }: Register): readonly EpochMs[] =>
  [...entries.map(({ registeredAt }) => registeredAt), ...merged.map(({ latestAt }) => latestAt)].map((at) =>
    Date.parse(at),
  );

/**
 * Changes the register by compare-and-swap.
 * @param change what it becomes; it is asked again where another writer was first, and `undefined` leaves all as it is
 * @returns what it became, or what it is where nothing was to be changed
 * @throws where other writers win too often: the attempt is repeated
 */
export const changeRegister = async (
  store: ObjectStore,
  change: (register: Register) => Register | undefined,
): Promise<Register> => {
  for (let round = 0; round < limits.maxSwapRounds; round += 1) {
    const stored = await readState(store, registerKey, registerSchema);
    const register = stored?.value ?? emptyRegister;
    const next = change(register);
    if (next === undefined) return register;
    const condition = stored === undefined ? { ifAbsent: true as const } : { ifMatch: stored.etag };
    const written = await store.put(registerKey, JSON.stringify({ version: stateVersion, ...next }), condition);
    if (written.kind === 'written') return next;
  }
  throw new Error(`the register was changed by others ${limits.maxSwapRounds} times in a row`);
};

/** An import's place: the imports before it, or word that it entered with other leads than it has now. */
export type Registration = { readonly kind: 'entered'; readonly earlier: Register } | { readonly kind: 'changed' };

/**
 * Gives an import its place in the total order, once: by compare-and-swap, so that of two imports at the same moment
 * one is earlier. Answers the imports before it, to all of which it yields. The import's fingerprints must be written
 * before, so that whoever comes later finds them.
 */
export const enterRegister = async (
  store: ObjectStore,
  entry: Omit<RegisterEntry, 'registeredAt'>,
  now: EpochMs,
  forgetsBefore: EpochMs,
): Promise<Registration> => {
  const isRemembered = (at: string): boolean => Date.parse(at) >= forgetsBefore;
  const { entries, merged } = await changeRegister(store, (register) => {
    // Also how a repeated request of our own is recognised: it is refused, and the entry is there.
    if (register.entries.some(({ importId }) => importId === entry.importId)) return undefined;
    const remembered = register.entries.filter(({ registeredAt }) => isRemembered(registeredAt));
    const before = isoTime(forgetsBefore);
    const { forgottenBefore = before } = register;
    return {
      entries: [...remembered, { ...entry, registeredAt: isoTime(now) }],
      merged: register.merged.filter(({ latestAt }) => isRemembered(latestAt)),
      forgottenBefore: forgottenBefore > before ? forgottenBefore : before,
    };
  });
  const position = entries.findIndex(({ importId }) => importId === entry.importId);
  if (entries[position]?.digest !== entry.digest) return { kind: 'changed' };
  // A merged import that was registered later has yielded to this one: it holds none of its leads.
  return { kind: 'entered', earlier: { entries: entries.slice(0, position), merged } };
};
