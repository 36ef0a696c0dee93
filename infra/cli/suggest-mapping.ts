import { createReadStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readCsv } from '../../shared/csv/open.ts';
import { suggestedColumns, unmatchedColumns } from '../../shared/lead/suggest-columns.ts';
import { UsageError } from './arguments.ts';

/**
 * Writes a first mapping file for a CSV, `mappings/<name of the CSV>.json` beside it, from its header alone, and says
 * what is left to decide. Never writes over a mapping that is there.
 */
export const suggestMapping = async (file: string, say: (line: string) => void): Promise<number> => {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist.`);
  const source = { open: async () => createReadStream(file), gzip: /\.gz$/i.test(file) };
  const header = await readCsv(source, async (csv) => {
    await csv.records.return(undefined);
    return csv.header.cells;
  });
  if ('kind' in header) throw new UsageError(`${file}: ${header.message}`);
  const columns = suggestedColumns(header);
  const { unknown, missing } = unmatchedColumns(header, columns);
  const target = join(dirname(file), 'mappings', `${basename(file).replace(/\.csv(\.gz)?$/i, '')}.json`);
  if (existsSync(target)) throw new UsageError(`${target} is there already; it was not written over.`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify({ columns, constants: {}, dates: 'DMY' }, null, 2)}\n`);
  say(`Wrote ${target}.`);
  for (const [name, column] of Object.entries(columns)) say(`  "${name}" is taken for ${column}: check that.`);
  if (unknown.length > 0)
    say(`  Not mapped, and kept in the report only: ${unknown.map((name) => `"${name}"`).join(', ')}.`);
  for (const column of missing)
    say(`  Nothing stands for ${column} yet: map a name to it under "columns", or give it a value under "constants".`);
  say(`Import with it: npm start -- --mapping ${target} ${file}`);
  return 0;
};
