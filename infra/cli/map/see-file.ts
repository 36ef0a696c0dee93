import { distinctTitles } from '../../../shared/header/distinct-titles.ts';
import { headerRules } from '../../../shared/header/find-header.ts';
import { noMapping } from '../../../shared/header/mapping.ts';
import type { SeenColumn } from '../../../shared/header/seen-column.ts';
import type { FileFault } from '../../../shared/words/file-fault.ts';
import { readTable } from '../places/input-file.ts';

/** Rows that are looked at, and different values of a column that are remembered. */
const seenRows = 50_000;
const seenValues = 1_000;

/** A file as a person sees it before it is mapped. */
export interface SeenFile {
  readonly kind: 'seen';
  readonly columns: readonly SeenColumn[];
  readonly rows: number;
}

/** Looks at the columns of a CSV, and at what they hold. */
export const seeFile = (file: string, sheet?: string): Promise<SeenFile | FileFault> => {
  return readTable(
    file,
    async (csv): Promise<SeenFile | FileFault> => {
      const counts = csv.header.cells.map(() => new Map<string, number>());
      let rows = 0;
      for await (const record of csv.records) {
        if (record.kind === 'fault') return record;
        rows += 1;
        for (const [position, values] of counts.entries()) {
          const text = record.cells[position] ?? '';
          if (values.has(text) || values.size < seenValues) values.set(text, (values.get(text) ?? 0) + 1);
        }
        if (rows === seenRows) break;
      }
      const titles = distinctTitles(csv.header.cells);
      const columns = titles.map((title, position) => ({ title, values: counts[position] ?? new Map() }));
      return { kind: 'seen', columns, rows };
    },
    { header: headerRules(noMapping, true), sheet },
  );
};
