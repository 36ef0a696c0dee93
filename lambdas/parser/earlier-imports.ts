import { hash } from 'node:crypto';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { fingerprintsKey, ledgerKey } from '../../shared/keys.ts';
import { decodeFingerprints } from '../../shared/ledger/fingerprint-file.ts';
import type { FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { enterRegister, type RegisterEntry, readRegister } from '../../shared/ledger/register.ts';
import type { ParserDependencies } from './dependencies.ts';

/** An earlier import, as far as this one is concerned. */
export interface EarlierImport extends RegisterEntry {
  /** Whether it had ended when it was asked: before that, what it will create is not known. */
  readonly ended: boolean;
}

async function* bytesOf(leads: FingerprintTable): AsyncGenerator<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for (const record of leads.encoded()) {
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
  for await (const piece of bytesOf(leads)) digest = hash('sha256', Buffer.concat([Buffer.from(digest), piece]));
  return digest.slice(0, 16);
};

/** Notes every lead that an earlier import holds: what it created or may have created, or while it runs, may send. */
const noteLeadsOf = async (
  store: ObjectStore,
  entry: RegisterEntry,
  index: number,
  leads: FingerprintTable,
): Promise<EarlierImport> => {
  const ledger = await store.get(ledgerKey(entry.importId));
  const provisional = ledger === undefined ? await store.get(fingerprintsKey(entry.importId, entry.digest)) : undefined;
  const file = ledger ?? provisional;
  if (file !== undefined) {
    for await (const { lead, line, leadId } of decodeFingerprints(file.body))
      leads.notePrior(lead, { entry: index, line, leadId });
  }
  return { ...entry, ended: ledger !== undefined };
};

/** The earlier imports that this one yields to, or word that the file came to other leads than at its last attempt. */
export type Earlier =
  | { readonly kind: 'earlier'; readonly imports: readonly EarlierImport[] }
  | { readonly kind: 'changed' };

/**
 * Settles which of a file's leads earlier imports hold. An import that sends first shows its own leads and takes its
 * place in the register; whoever is before it is asked, whoever comes later will ask. A dry run only looks.
 */
export const askEarlierImports = async (
  importId: string,
  source: string,
  leads: FingerprintTable,
  sends: boolean,
  { store, clock, duplicateWindowMs }: ParserDependencies,
): Promise<Earlier> => {
  const now = clock.now();
  let entries: readonly RegisterEntry[];
  if (sends) {
    const digest = await digestOf(leads);
    await store.upload(fingerprintsKey(importId, digest), bytesOf(leads), 'application/octet-stream');
    const place = await enterRegister(store, { importId, source, digest }, now, duplicateWindowMs);
    if (place.kind === 'changed') return place;
    entries = place.earlier;
  } else {
    entries = (await readRegister(store)).filter(
      ({ registeredAt }) => Date.parse(registeredAt) >= now - duplicateWindowMs,
    );
  }
  const imports: EarlierImport[] = [];
  for (const [index, entry] of entries.entries()) imports.push(await noteLeadsOf(store, entry, index, leads));
  return { kind: 'earlier', imports };
};
