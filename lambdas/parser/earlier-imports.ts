import { hash } from 'node:crypto';
import { claimedLeadsKey, possibleLeadsKey } from '../../shared/keys.ts';
import type { FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { heldLeads } from '../../shared/ledger/held-leads.ts';
import { enterRegister, type RegisterEntry, readRegister } from '../../shared/ledger/register.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { Import } from './manifest-of.ts';

/** An earlier import, as far as this one is concerned. */
export interface EarlierImport extends RegisterEntry {
  /** Whether it had ended when it was asked: before that, what it will create is not known. */
  readonly ended: boolean;
}

async function* bytesOf(records: Iterable<Buffer>): AsyncGenerator<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
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
  if (leads.hasEarlier) await store.upload(claimedLeadsKey(importId, run), bytesOf(leads.encoded('claimed')), binary);
};

/** Imports of the register that are read at once. */
const registerReads = 8;

/** How long an import may still be running after it entered the register, with the queues' own delays. */
const longestRunMs = limits.maxGiveUpAfterMs + 86_400_000;

/**
 * Notes every lead that an earlier import holds: while it runs, what it may send; once it has ended, and for as long as
 * the window, what it created or may have created.
 */
const noteLeadsOf = async (
  { index, ...entry }: RegisterEntry & { readonly index: number },
  leads: FingerprintTable,
  { store, clock, duplicateWindowMs }: ParserDependencies,
): Promise<EarlierImport> => {
  const { ended, records } = await heldLeads(store, entry);
  const forgotten = ended && Date.parse(entry.registeredAt) < clock.now() - duplicateWindowMs;
  for await (const { lead, line, leadId } of records) {
    if (forgotten) break;
    leads.noteEarlier(lead, { entry: index, line, leadId });
  }
  return { ...entry, ended };
};

/** The earlier imports that this one yields to, or that the file came to other leads than at its last attempt. */
export type EarlierImports =
  | { readonly kind: 'earlier'; readonly imports: readonly EarlierImport[] }
  | { readonly kind: 'changed' };

/**
 * Finds which of a file's leads earlier imports hold. An import that sends first shows its own leads and takes its
 * place in the register; it asks all imports before it, and all imports after it will ask. A dry run only looks.
 */
export const askEarlierImports = async (
  { importId, upload, options }: Import,
  leads: FingerprintTable,
  dependencies: ParserDependencies,
): Promise<EarlierImports> => {
  const { store, clock, duplicateWindowMs } = dependencies;
  const now = clock.now();
  // An import may run for longer than the window: as long as it may, it keeps its place.
  const rememberedMs = Math.max(duplicateWindowMs, longestRunMs);
  let entries: readonly RegisterEntry[];
  if (options.mode === 'import') {
    const digest = await digestOf(leads);
    await store.upload(possibleLeadsKey(importId, digest), bytesOf(leads.encoded()), binary);
    const registered = await enterRegister(store, { importId, source: upload.key, digest }, now, rememberedMs);
    if (registered.kind === 'changed') return registered;
    entries = registered.earlier;
  } else {
    entries = (await readRegister(store)).filter(({ registeredAt }) => Date.parse(registeredAt) >= now - rememberedMs);
  }
  const ask = (entry: RegisterEntry, index: number) => noteLeadsOf({ ...entry, index }, leads, dependencies);
  return { kind: 'earlier', imports: await mapConcurrently(entries, registerReads, ask) };
};
