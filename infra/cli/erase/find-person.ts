import { openInputFile } from '../../../lambdas/parser/open-input-file.ts';
import { importIdOfKey, prefixes } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { type Batch, documentNamingOf, type Row } from '../../../shared/state/batch.ts';
import { batchPlaces, pageReader } from '../../../shared/state/batch-pages.ts';
import { DocumentNames, documentKeyOf } from '../../../shared/state/documents.ts';
import { hasEnded } from '../../../shared/state/import-marks.ts';
import { type Manifest, readManifest } from '../../../shared/state/manifest.ts';
import { eachRecord } from '../../../shared/table/table.ts';
import { foldedLook } from '../../../shared/words/folded-look.ts';
import type { ErasingPlace } from '../places/eraser.ts';

/** An import of which rows hold the address of a person. */
export interface FoundImport {
  readonly manifest: Manifest;
  /** Whether its report is there: one that runs is left as it is. */
  readonly ended: boolean;
  /** Rows that hold the address. */
  readonly rows: number;
  /** Rows of other people, which go with the whole objects. */
  readonly others: number;
  /** Keys of the documents that the person's rows name, and no other row of the import. */
  readonly documents: readonly string[];
  /** Keys of those that rows of other people name too: they are left. */
  readonly shared: readonly string[];
  /** Whether the dropped file is there still, and not a later one of its name. */
  readonly hasSource: boolean;
}

/** Whether a text holds an address, and not one that ends or begins like it. */
const holder = (address: string): ((text: string) => boolean) => {
  const escaped = foldedLook(address).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\p{N}_.+-]|[\p{L}\p{N}_.+-]')${escaped}(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`,
    'u',
  );
  return (text) => pattern.test(foldedLook(text));
};

/** Whether a row holds an address: as somebody wrote it, or as it was sent. */
const rowHolder =
  (holds: (text: string) => boolean) =>
  ({ cells, lead }: Row): boolean =>
    cells.some(holds) || holds(lead?.payload.customer?.email ?? '');

/** What the documents' cell of a row names: of a row that was rejected nothing else says it. */
const namesInCells = ({ header, columns }: Manifest, cells: readonly string[]): readonly string[] => {
  const position = header.findIndex((title) => columns.mapped[title.trim()] === documentsColumn);
  const named = (cells[position] ?? '').split(';').map((entry) => entry.trim());
  return named.map((entry) => entry.replace(/^documents\//, '').replace(/\/$/, '')).filter((name) => name !== '');
};

/** Keys of the documents of a row; of a folder that a rejected row names none, since others may have put theirs there. */
const documentsOf = async (store: ObjectStore, manifest: Manifest, batch: Batch, row: Row): Promise<string[]> => {
  const naming = documentNamingOf(batch);
  const own = row.documents.map((name) => documentKeyOf(naming, name));
  if (own.length > 0) return own;
  const named = namesInCells(manifest, row.cells);
  const { names } = await new DocumentNames(store, naming).resolve(named);
  const files = names.filter((name) => !named.some((folder) => name.startsWith(`${folder}/`)));
  return files.map((name) => documentKeyOf(naming, name));
};

type Counted = Pick<FoundImport, 'rows' | 'others' | 'documents' | 'shared'>;

/** The rows of an import as they were staged. */
const inBatches = async (
  store: ObjectStore,
  manifest: Manifest,
  holds: (text: string) => boolean,
): Promise<Counted> => {
  const { importId, run } = manifest;
  const readBatch = pageReader(store);
  const isOfPerson = rowHolder(holds);
  const [documents, ofOthers] = [new Set<string>(), new Set<string>()];
  let [rows, others] = [0, 0];
  for (const [batch, place] of batchPlaces(manifest.pages).entries()) {
    const stored = await readBatch({ importId, run, batch, place });
    for (const row of stored?.rows ?? []) {
      const isOf = isOfPerson(row);
      if (isOf) rows += 1;
      else others += 1;
      if (stored === undefined) continue;
      for (const key of await documentsOf(store, manifest, stored, row)) (isOf ? documents : ofOthers).add(key);
    }
  }
  return {
    rows,
    others,
    documents: [...documents].filter((key) => !ofOthers.has(key)),
    shared: [...documents].filter((key) => ofOthers.has(key)),
  };
};

/** The rows of a file of which nothing was staged: it was refused. */
const inFile = async (store: ObjectStore, manifest: Manifest, holds: (text: string) => boolean): Promise<Counted> => {
  const { bucket, key, versionId } = manifest.source;
  const upload = { bucket, key, eventTime: manifest.startedAt, ...(versionId !== null && { versionId }) };
  const input = await openInputFile(store, upload);
  let [rows, others] = [0, 0];
  if (input.kind === 'fault') return { rows, others, documents: [], shared: [] };
  const read = await input.table.read(async (table) => {
    if (table.header.cells.some(holds)) rows += 1;
    for await (const record of eachRecord(table.groups))
      if (record.kind !== 'fault') {
        if (record.cells.some(holds)) rows += 1;
        else others += 1;
      }
  });
  input.table.close();
  // What is no table is looked at as text.
  if (read !== undefined && (await textOf(store, key, versionId)).some(holds)) rows += 1;
  return { rows, others, documents: [], shared: [] };
};

/** An object as text, in the encodings that a program may have written it in. */
const textOf = async (store: ObjectStore, key: string, versionId: string | null): Promise<string[]> => {
  const object = await store.get(key, versionId === null ? {} : { versionId });
  if (object === undefined) return [];
  const bytes = Buffer.concat(await Array.fromAsync(object.body));
  return [bytes.toString('latin1'), bytes.toString('utf16le')];
};

/** Every import whose rows hold an address, the earliest first. */
export async function* findPerson({ store, isSource }: ErasingPlace, address: string): AsyncGenerator<FoundImport> {
  const holds = holder(address);
  for await (const { key } of store.list(prefixes.manifests)) {
    const importId = importIdOfKey(key);
    const manifest = importId === undefined ? undefined : await readManifest(store, importId);
    if (manifest === undefined) continue;
    const hasSource = isSource(manifest);
    const staged = await inBatches(store, manifest, holds);
    const counted = manifest.pages.length === 0 && hasSource ? await inFile(store, manifest, holds) : staged;
    if (counted.rows > 0) yield { manifest, hasSource, ended: await hasEnded(store, manifest.importId), ...counted };
  }
}
