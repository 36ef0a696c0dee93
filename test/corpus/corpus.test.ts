import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type EmbeddedSystem, startSystem } from '../support/embedded-system.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { type CorpusFile, corpus, type Expected } from './corpus.ts';

/** A report's lines by header, whatever the file is written in. */
const linesOf = (bytes: Uint8Array, summary: Summary): Record<string, string>[] => {
  const text = new TextDecoder(summary.source.encoding?.replace('-bom', ''))
    .decode(bytes)
    .replace(/^sep=.(\r\n|\n|\r)/, '');
  return parse(text, {
    columns: (names: string[]) => names,
    delimiter: summary.source.delimiter ?? ',',
    relax_column_count: true,
  });
};

const rowsOf = (lines: readonly Record<string, string>[]): Expected['rows'] =>
  lines.map((line) => {
    const codes = (line['lead__ErrorCode'] ?? '').split(';').filter((code) => code !== '');
    return [Number(line['lead__Line']), line['lead__Status'] ?? '', ...codes];
  });

/** What a summary and a report say, in the corpus's words; only what is expected is compared. */
const foundIn = (summary: Summary, lines: readonly Record<string, string>[], expected: Expected): Expected => ({
  ...(expected.rows !== undefined && { rows: rowsOf(lines) ?? [] }),
  ...(expected.file !== undefined && {
    file: [summary.fileError?.code ?? 'none', summary.fileError?.line ?? null] as const,
  }),
  ...(expected.warnings !== undefined && {
    warnings: summary.warnings.map(({ code, column }) => `${code}:${column}`).toSorted(),
  }),
  ...(expected.encoding !== undefined && { encoding: summary.source.encoding }),
  ...(expected.delimiter !== undefined && { delimiter: summary.source.delimiter }),
  ...(expected.lineEnding !== undefined && { lineEnding: summary.source.lineEnding }),
});

const wanted = ({ leads: _, warnings, ...expected }: Expected): Expected => ({
  ...expected,
  ...(warnings !== undefined && { warnings: warnings.toSorted() }),
});

const memberAt = (payload: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], payload);

it('the corpus has at least sixty files, each equal to what its script makes', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(60);
  for (const { name, bytes, from } of corpus) {
    expect(readFileSync(join(import.meta.dirname, 'files', name)).equals(bytes)).toBe(true);
    expect(from.length).toBeGreaterThan(10);
  }
});

it('the same rows come out the same, whichever way a European Excel has written them', () => {
  const names = ['unicode-text', 'european-csv-utf8', 'european-csv-macintosh', 'european-csv'];
  const files = names.map((name) => corpus.find((file) => file.name === `excel-${name}.csv`));
  expect(new Set(files.map((file) => file?.expected.encoding)).size).toBe(4);
  const [first, ...others] = files.map((file) => ({ rows: file?.expected.rows, leads: file?.expected.leads }));
  expect(first?.rows?.length).toBeGreaterThan(3);
  for (const other of others) expect(other).toEqual(first);
});

describe('the corpus with a bucket in memory', () => {
  it.each(corpus.map((file) => [file.name, file] as const))(
    'an import of %s gives the report, summary and leads that the corpus expects',
    async (_, file: CorpusFile) => {
      const harness = new PipelineHarness();
      if (file.mapping !== undefined)
        harness.store.objects.set('mappings/corpus.json', Buffer.from(JSON.stringify(file.mapping)));
      const upload = harness.drop(`incoming/corpus/${file.name}`, file.bytes);
      await harness.parse(upload);
      await harness.submit();
      const summary = await harness.report(upload);
      if (summary === undefined) throw new Error('there is no report');
      const prefix = reportPrefix(upload.key, importIdOf(upload));
      const lines = linesOf(harness.store.objects.get(`${prefix}report.csv`) ?? Buffer.alloc(0), summary);
      expect(foundIn(summary, lines, file.expected)).toEqual(wanted(file.expected));
      const payloads = harness.api.leads.map(({ payload }) => payload);
      for (const [index, lead] of (file.expected.leads ?? []).entries()) {
        for (const [path, value] of Object.entries(lead)) expect(memberAt(payloads[index], path), path).toEqual(value);
      }
    },
  );
});

const summaryOf = async ({ importer }: EmbeddedSystem, key: string): Promise<Summary> => {
  for (;;) {
    const prefix = await importer.reportOf(key);
    const text = prefix === undefined ? undefined : await getText(importer.store, `${prefix}summary.json`);
    if (text !== undefined) return JSON.parse(text.text) as Summary;
    await sleep(20);
  }
};

describe('the corpus on the embedded engine', () => {
  let system: EmbeddedSystem;
  beforeAll(async () => {
    system = await startSystem();
    return () => system.stop();
  });

  it.each(corpus.map((file) => [file.name, file] as const))(
    'a dry run of %s on the embedded engine accepts the expected rows or gives the expected refusal',
    async (_, file: CorpusFile) => {
      // Dry runs in folders of their own: one file's leads are not another's duplicates, nor its mapping another's.
      const key = `validate/${file.name}/${file.name}`;
      if (file.mapping !== undefined) await system.drop(`mappings/${file.name}.json`, JSON.stringify(file.mapping));
      await system.drop(key, file.bytes);
      const summary = await summaryOf(system, key);
      const { rows, file: fault } = file.expected;
      if (fault !== undefined) expect([summary.fileError?.code, summary.fileError?.line]).toEqual(fault);
      if (rows === undefined) return;
      const valid = rows.filter(([, status]) => status === 'created').length;
      expect(summary.rows).toBe(rows.length);
      expect(summary.statuses.valid).toBe(valid);
    },
  );
});
