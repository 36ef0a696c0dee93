import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportFiles, reportPrefix } from '../../shared/bucket/keys.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import type { TableFormat } from '../../shared/table/table.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import type { CorpusFile } from './corpus.ts';

/** What came of one file. */
export interface Imported {
  readonly summary: Summary;
  readonly manifest: Manifest;
  readonly report: Buffer;
  readonly retry: Buffer;
}

/** A folder of its own for each file of the corpus, with its mapping. */
export const benchFor = (file: Pick<CorpusFile, 'mapping'>, harness = new PipelineHarness()): PipelineHarness => {
  if (file.mapping !== undefined)
    harness.store.objects.set('mappings/corpus.json', Buffer.from(JSON.stringify(file.mapping)));
  return harness;
};

/** Imports a file from its drop to its report. */
export const importFile = async (harness: PipelineHarness, name: string, bytes: Uint8Array): Promise<Imported> => {
  const upload = harness.drop(`incoming/corpus/${name}`, bytes);
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  const importId = importIdOf(upload);
  const manifest = await readManifest(harness.store, importId);
  if (summary === undefined || manifest === undefined) throw new Error('there is no report');
  const read = (file: string): Buffer =>
    harness.store.objects.get(`${reportPrefix(upload.key, importId)}${file}`) ?? Buffer.alloc(0);
  return { summary, manifest, report: read(reportFiles.report), retry: read(reportFiles.retry) };
};

/** A record of a file: its cells, and its own text without the line's end. */
export interface RawRecord {
  readonly cells: readonly string[];
  readonly text: string;
}

/** The records of a file by another decoder than the product's, and no options but those of its dialect; header first. */
export const recordsOf = (bytes: Buffer, { encoding, dialect }: TableFormat): RawRecord[] => {
  const { delimiter, sepLine } = dialect;
  const plain = bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])) ? gunzipSync(bytes) : bytes;
  const text = new TextDecoder(encoding.name).decode(plain);
  const options = { delimiter, relax_column_count: true, skip_empty_lines: true, raw: true } as const;
  const parsed = parse(text, { ...options, record_delimiter: ['\r\n', '\n', '\r'] }) as unknown as {
    readonly record: readonly string[];
    readonly raw: string;
  }[];
  return parsed
    .slice(sepLine ? 1 : 0)
    .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
    .map(({ record, raw }) => ({ cells: record, text: raw.replace(/^[\r\n]+|[\r\n]+$/g, '') }));
};
