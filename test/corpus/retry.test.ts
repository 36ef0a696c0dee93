import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText, markBytes } from '../../shared/csv/encoding.ts';
import { openCsv } from '../../shared/csv/open.ts';
import { guardCell, unguardCell } from '../../shared/table/formula-guard.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import type { TableFormat } from '../../shared/table/table.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { anAbn } from '../support/sample-rows.ts';
import { cell, delimiters, encodings, lineEndings } from '../support/tables.ts';
import { type CorpusFile, corpus } from './corpus.ts';
import { benchFor, type Imported, importFile, type RawRecord, recordsOf } from './corpus-harness.ts';

/** Columns that a report puts before the file's own. */
const ownColumns = Object.keys(reportColumns).length;

/** Files that are read to their end, by name; a report that is dropped again has columns that do not come back. */
const readable = corpus
  .filter(({ expected, bytes }) => expected.rows !== undefined && !bytes.includes('lead__'))
  .map((file) => [file.name, file] as const);

const formatOf = ({ source }: Imported['manifest']): TableFormat => {
  if (source.format === null) throw new Error('the format of the file was not found');
  return source.format;
};

const retryRecords = ({ retry, manifest }: Imported): RawRecord[] => recordsOf(retry, formatOf(manifest)).slice(1);

/** The failed rows' own cells, as reading the retry file gives them back. */
const failedCells = (imported: Imported): string[][] =>
  retryRecords(imported).map(({ cells }) => cells.slice(ownColumns).map(unguardCell));

/** The retry file's rows as they are written, but for the line that each had in its file and the cells it had there. */
const textsBehindLine = (imported: Imported): string[] =>
  retryRecords(imported).map(({ text }) =>
    text.replace(/^\d+/, '').replace(/has \d+ cells and the header \d+ columns/, ''),
  );

let people = 0;

/** A value that is good in a column, for somebody nobody has seen. */
const goodValue = (column: string): string => {
  const values: Readonly<Record<string, string>> = {
    'customer.first_name': `Fixed${people}`,
    'customer.first_name + customer.last_name': `Fixed Person${people}`,
    'customer.email': `fixed${people}@example.com`,
    'customer.phone': '0491 570 156',
    'company.name': `Fixed ${people}`,
    'company.abn': anAbn(500_000 + people),
    'loan.requested_amount': '20000',
    'loan.installments': '52',
  };
  return values[column] ?? '';
};

/** The retry file as somebody leaves it who has put every mapped cell right and touched nothing else. */
const corrected = (imported: Imported): Buffer => {
  const { manifest, retry, summary } = imported;
  const format = formatOf(manifest);
  const { encoding, dialect } = format;
  const [header, ...failed] = recordsOf(retry, format).map(({ cells }) => cells);
  if (header === undefined) throw new Error('the retry file has no header');
  const rows = failed.map((cells) => {
    people += 1;
    return header.map((name, position) => {
      const column = summary.columns.mapped[unguardCell(name).trim()];
      return column === undefined || position < ownColumns ? (cells[position] ?? '') : goodValue(column);
    });
  });
  const lines = [header, ...rows].map((cells) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(dialect.delimiter),
  );
  return Buffer.concat([
    markBytes(encoding),
    encodeText(`${lines.join(dialect.lineEnding)}${dialect.lineEnding}`, encoding),
  ]);
};

describe('what is written back', () => {
  it.each(readable)('the report of %s repeats each source row byte for byte', async (_, file: CorpusFile) => {
    const imported = await importFile(benchFor(file), file.name, file.bytes);
    const format = formatOf(imported.manifest);
    const written = recordsOf(imported.report, format);
    const records = recordsOf(file.bytes, format);
    // What stands above the header is left out.
    const above = records.findIndex(({ cells }) => cells.join() === imported.manifest.header.join());
    const source = records.slice(above);
    expect(written.length).toBe(source.length);
    for (const [index, { cells, text }] of source.entries()) {
      const line = written[index];
      if (cells.some((cell) => guardCell(cell) !== cell))
        expect(line?.cells.slice(ownColumns).map(unguardCell)).toEqual(cells);
      else expect(line?.text.endsWith(`${format.dialect.delimiter}${text}`), `row ${index}: ${line?.text}`).toBe(true);
    }
  });
});

describe('three rounds', () => {
  it.each(readable)(
    'importing %s, its retry file and the corrected retry file ends with an empty retry file',
    async (_, file: CorpusFile) => {
      const harness = benchFor(file);
      const first = await importFile(harness, file.name, file.bytes);
      const leads = harness.api.leads.length;

      const unfixed = await importFile(harness, 'retry.csv', first.retry);
      expect(unfixed.summary.fileError).toBeNull();
      expect(harness.api.leads.length).toBe(leads);
      expect(failedCells(unfixed)).toEqual(failedCells(first));
      expect(textsBehindLine(unfixed)).toEqual(textsBehindLine(first));

      const fixed = await importFile(harness, 'fixed.csv', corrected(unfixed));
      expect(retryRecords(fixed)).toEqual([]);
      expect(fixed.summary.statuses.created).toBe(retryRecords(first).length);
      expect(harness.api.leads.length).toBe(leads + retryRecords(first).length);
    },
  );
});

it('a file that is refused for its header has a summary and an empty retry file in its own format', async () => {
  const text = 'Name;Email\r\nJörg;a@example.com\r\n';
  const { summary, retry } = await importFile(new PipelineHarness(), 'refused.csv', Buffer.from(text, 'latin1'));
  expect(summary).toMatchObject({
    fileError: { code: 'missing_column' },
    source: { encoding: 'windows-1252', delimiter: ';', lineEnding: 'CRLF' },
  });
  expect(retry.toString('latin1')).toMatch(/^lead__Line;.*\r\n$/);
});

it('whatever cells a failed row holds, reading the retry file gives them back exactly', async () => {
  const header = ['First Name', 'Email', 'Mobile', 'Company', 'ABN', 'Amount', 'Instalments', 'One', 'Two', 'Three'];
  const good = (index: number) => ['A', `a${index}@example.com`, '0491570156', 'C', anAbn(index), '15000', '52'];
  const bad = ['A', 'nobody', '0491570156', 'C', '51824753556', '15000', '52'];
  const own = fc.record({ isGood: fc.boolean(), unknown: fc.tuple(cell, cell, cell), isQuoted: fc.boolean() });
  const table = fc.array(own, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(table, delimiters, lineEndings, encodings, async (rows, delimiter, lineEnding, encoding) => {
      const written = rows.map(({ isGood, unknown, isQuoted }, index) => ({
        cells: [...(isGood ? good(index) : bad), ...unknown],
        quoted: isQuoted ? [...header.keys()] : [],
      }));
      // Not written by the product: it would put guards before the cells.
      const inQuotes = (text: string, always: boolean): string =>
        always || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
      const lines = [{ cells: header, quoted: [] }, ...written].map(({ cells, quoted }) =>
        cells.map((text) => inQuotes(text, quoted.length > 0)).join(delimiter),
      );
      const bytes = Buffer.concat([
        markBytes(encoding),
        encodeText(lines.map((line) => line + lineEnding).join(''), encoding),
      ]);
      const { retry } = await importFile(new PipelineHarness(), 'table.csv', bytes);
      const read = await openCsv({ open: async () => Readable.from([retry]), gzip: false });
      if (read.kind === 'fault') throw new Error(read.what);
      const found: (readonly string[])[] = [];
      for await (const record of read.records) if (record.kind === 'record') found.push(record.cells.slice(ownColumns));
      expect(found).toEqual(written.filter((_, index) => rows[index]?.isGood === false).map(({ cells }) => cells));
    }),
    { numRuns: 300 },
  );
});
