import { hash } from 'node:crypto';
import { claimedLeadsKey, possibleLeadsKey } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { fingerprintFileHead } from '../../shared/memory/fingerprint-file.ts';
import { visitHeldLeads } from '../../shared/memory/held-leads.ts';
import { enterRegister, type Register, readRegister, timesOf } from '../../shared/memory/register.ts';
import { isRegisterGone } from '../../shared/memory/register-gone.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { FingerprintTable } from './fingerprint-table.ts';
import type { Import } from './manifest-of.ts';

/** A file of fingerprints in pieces of a good size. */
async function* bytesOf(records: Iterable<Buffer>): AsyncGenerator<Uint8Array> {
  const pieces: Buffer[] = [fingerprintFileHead];
  let sizeBytes = fingerprintFileHead.length;
  for (const record of records) {
    pieces.push(record);
    sizeBytes += record.length;
    if (sizeBytes < 64 * 1024) continue;
    yield Buffer.concat(pieces.splice(0));
    sizeBytes = 0;
  }
  yield Buffer.concat(pieces);
}

const digestOf = async (leads: FingerprintTable): Promise<string> => {
  let digest = '';
  for await (const piece of bytesOf(leads.encoded()))
    digest = hash('sha256', Buffer.concat([Buffer.from(digest), piece]));
  return digest.slice(0, 16);
};

const binary = 'application/octet-stream';

/**
 * Writes down which of its leads a staged import sends, where that is not all of them: so that those it leaves to an
 * earlier import are not held by it as well. Before the manifest, which makes it true.
 */
export const claimLeads = async (
  importId: string,
  run: string,
  leads: FingerprintTable,
  { store }: ParserDependencies,
): Promise<void> => {
  if (leads.hasUnclaimed) await store.upload(claimedLeadsKey(importId, run), bytesOf(leads.encoded('claimed')), binary);
};

/** How long an import may still be running after it entered the register, with the queues' own delays. */
const longestRunMs = limits.maxGiveUpAfterMs + 86_400_000;

const dayMs = 86_400_000;

/**
 * Whether something of the register is to be forgotten and our clock may not be believed: what a clock forgets that is a
 * year ahead is sent again. S3 says when the file came; where that is this machine's own word, somebody else is asked.
 */
const mayNotForget = async (
  { eventTime }: CreatedObject,
  before: EpochMs,
  { store, clock, toldTime }: ParserDependencies,
): Promise<boolean> => {
  const times = timesOf(await readRegister(store));
  if (times.every((at) => at >= before)) return false;
  const told = toldTime === undefined ? Date.parse(eventTime) : ((await toldTime()) ?? Math.max(...times));
  return Math.abs(clock.now() - told) > dayMs;
};

/**
 * Notes which of a file's leads earlier imports hold: while one runs, what it may send; once it has ended, and for as
 * long as the window, what it created or may have created. An import that sends first shows its own leads and takes its
 * place in the register; it asks all imports before it, and all imports after it will ask. A dry run only looks.
 * @returns `changed` where the file came to other leads than at its last attempt, `register_gone` where the register
 * lacks imports that were in it
 */
export const askEarlierImports = async (
  { importId, upload, options }: Import,
  leads: FingerprintTable,
  dependencies: ParserDependencies,
): Promise<'asked' | 'changed' | 'register_gone'> => {
  const { store, clock, duplicateWindowMs } = dependencies;
  const now = clock.now();
  // An import may run for longer than the window: as long as it may, it keeps its place.
  const rememberedMs = Math.max(duplicateWindowMs, longestRunMs);
  if (await isRegisterGone(store, now, rememberedMs)) return 'register_gone';
  const forgets = !(await mayNotForget(upload, now - rememberedMs, dependencies));
  let earlier: Register;
  if (options.mode === 'import') {
    const digest = await digestOf(leads);
    await store.upload(possibleLeadsKey(importId, digest), bytesOf(leads.encoded()), binary);
    const registered = await enterRegister(
      store,
      { importId, source: upload.key, digest },
      now,
      forgets ? now - rememberedMs : 0,
    );
    if (registered.kind === 'changed') return 'changed';
    earlier = registered.earlier;
  } else {
    earlier = await readRegister(store);
  }
  const since = { registered: forgets ? now - rememberedMs : 0, ended: forgets ? now - duplicateWindowMs : 0 };
  await visitHeldLeads(store, earlier, since, (entry, holder) => leads.noteEarlier(entry, holder));
  return 'asked';
};
