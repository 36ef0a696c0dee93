import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Options, parse } from 'csv-parse';
import { previewFile } from '../../../shared/bucket/keys.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import { type PlaceWord, placesAtBegin } from '../../../shared/words/counted.ts';
import { visibleText } from '../../../shared/words/escaping.ts';

const options = { columns: true, bom: true } satisfies Options;

/** What the first rows of a checked file become, one column a line. */
export const previewText = async (directory: string, rows: number, word: PlaceWord): Promise<string> => {
  const path = join(directory, previewFile);
  if (!existsSync(path)) return '';
  const lines: string[] = [];
  let shown = 0;
  for await (const record of createReadStream(path).pipe(parse(options)) as AsyncIterable<Record<string, string>>) {
    if (shown === rows) break;
    shown += 1;
    const { [reportColumns.line]: line, ...columns } = record;
    const filled = Object.entries(columns).filter(([, value]) => value !== '');
    const width = Math.max(0, ...filled.map(([column]) => column.length));
    lines.push(
      `${placesAtBegin(word, [Number(line)])} becomes:`,
      ...filled.map(([column, value]) => `  ${column.padEnd(width)}  ${visibleText(value)}`),
      '',
    );
  }
  return shown === 0 ? 'No row would be sent.\n' : `${lines.join('\n')}\n`;
};
