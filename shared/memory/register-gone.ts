import { importsFrom } from '../bucket/import-id.ts';
import { prefixes } from '../bucket/keys.ts';
import type { ObjectFacts, ObjectStore } from '../bucket/object-store.ts';
import { type EpochMs, isoTime } from '../clock.ts';
import { fingerprintFileHead } from './fingerprint-file.ts';
import { type Register, readRegister } from './register.ts';

/** Clocks differ, and an import enters the register some time after it has its name. */
const marginMs = 86_400_000;

/** Objects below a prefix whose names are those of imports, from a time on. */
const importsSince = (store: ObjectStore, prefix: string, since: EpochMs): AsyncIterable<ObjectFacts> =>
  store.list(prefix, `${prefix}${importsFrom(isoTime(since))}`);

const hasAny = async (objects: AsyncIterable<ObjectFacts>): Promise<boolean> => {
  for await (const _ of objects) return true;
  return false;
};

/**
 * Whether the register lacks imports that are known to have entered it: somebody has removed or emptied it, or put an
 * older one back, and its leads would be sent again. Imports that are older than the window are no evidence.
 * @param rememberedMs how long the register keeps an import
 */
export const isRegisterGone = async (store: ObjectStore, now: EpochMs, rememberedMs: number): Promise<boolean> => {
  // What was merged has left the entries, and is not listed: there may be tens of thousands.
  const hasMerged = ({ merged }: Register): boolean => merged.length > 0;
  if (hasMerged(await readRegister(store))) return false;
  const since = now - rememberedMs + marginMs;
  // Before the register is read once more: an import has its place in it before it leaves anything here.
  const ended: string[] = [];
  for await (const { key, sizeBytes } of importsSince(store, prefixes.createdLeads, since))
    if (sizeBytes > fingerprintFileHead.length) ended.push(key.slice(prefixes.createdLeads.length));
  const begun = await hasAny(importsSince(store, prefixes.journals, since));
  const register = await readRegister(store);
  const { entries, forgottenBefore } = register;
  if (hasMerged(register)) return false;
  if (entries.length === 0 && begun) return true;
  const known = new Set(entries.map(({ importId }) => importId));
  // The window may have been shorter before.
  const oldest = forgottenBefore === undefined ? '' : importsFrom(isoTime(Date.parse(forgottenBefore) + marginMs));
  return ended.some((importId) => importId >= oldest && !known.has(importId));
};
