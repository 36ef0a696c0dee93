import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type Imported, importFile } from '../corpus/corpus-harness.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';

const directory = join(import.meta.dirname, '..', '..', 'samples');

/** The samples that end with exit code 1 or 2, in the order of the README. */
const troubled = ['troubled.csv', 'european.csv', 'wrong-header.csv', 'open-quote.csv'] as const;

const benchWithDocuments = (): PipelineHarness => {
  const harness = new PipelineHarness();
  const documents = join(directory, 'documents');
  for (const entry of readdirSync(documents, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    harness.store.objects.set(`documents/${relative(documents, path)}`, readFileSync(path));
  }
  return harness;
};

const inTable = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();

/** The lines of a report that say something, as a table. */
const linesOf = ({ report, summary, manifest }: Imported): string => {
  const rows = parse(new TextDecoder(manifest.source.format?.encoding.name).decode(report), {
    columns: true,
    delimiter: summary.source.delimiter ?? ',',
    relax_column_count: true,
  }) as Record<string, string>[];
  const lines = rows
    .filter(({ lead__Error: error }) => error !== '')
    .map((row) => {
      const cells = ['lead__Line', 'lead__Status', 'lead__ErrorCode', 'lead__Error', 'lead__Tip'] as const;
      return `| ${cells.map((name) => inTable(row[name] ?? '')).join(' | ')} |`;
    });
  return ['| line | status | code | error | tip |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
};

const summaryOf = ({ summary }: Imported): string => {
  const { encoding, delimiter } = summary.source;
  const counts = Object.entries(summary.statuses).filter(([, count]) => count > 0);
  const warnings = summary.warnings.map(
    ({ code, column, count }) => `\`${column === '' ? code : `${code}:${column}`}\` (${count})`,
  );
  return [
    `Read as ${encoding} with ${delimiter === '\t' ? 'tab' : `\`${delimiter}\``}: ${counts.map(([status, count]) => `${count} ${status}`).join(', ')}.`,
    ...(warnings.length === 0 ? [] : [`Warnings: ${warnings.join(', ')}.`]),
  ].join(' ');
};

const told = (name: string, imported: Imported): string => {
  const { fileError } = imported.summary;
  const story =
    fileError === null
      ? `${summaryOf(imported)}\n\n${linesOf(imported)}`
      : `Refused, and nothing of it is sent: \`${fileError.code}\` on line ${fileError.line}. ${inTable(fileError.message)}`;
  return `**\`npm start -- samples/${name}\`** ${story}`;
};

/** What the importer says of the troubled samples: real lines of real reports. */
export const samplesMarkdown = async (): Promise<string> => {
  const stories: string[] = [];
  for (const name of troubled)
    stories.push(told(name, await importFile(benchWithDocuments(), name, readFileSync(join(directory, name)))));
  return stories.join('\n\n');
};
