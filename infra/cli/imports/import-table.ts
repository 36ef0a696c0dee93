import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportStatus } from '../places/known-imports.ts';
import { plainTable } from '../terminal/table.ts';
import { counted, endings, moment, proofWords } from './import-text.ts';

const idWidth = 25;
const rowsWidth = 9;
/** Between two columns. */
const gap = 2;
/** Below this the state stands with how the rows ended, and when it began in the name of the import. */
const narrow = 120;

const endedWords = (one: ImportStatus): string =>
  [endings(one), proofWords(one)].filter((words) => words !== '').join('; ');

/** The columns that matter, for a terminal of so many. */
const narrowTable = (imports: readonly ImportStatus[], width: number): string => {
  const rest = width - 1 - idWidth - rowsWidth - 3 * gap;
  const file = Math.floor(rest * 0.4);
  return plainTable(
    imports.map((one) => [
      one.importId,
      visibleText(one.file.slice(one.file.indexOf('/') + 1)),
      counted(one.rows),
      [...(one.state === 'completed' ? [] : [one.state]), endedWords(one)].filter((words) => words !== '').join(': '),
    ]),
    {
      head: ['import', 'file', 'rows', 'how they ended'],
      aligns: ['left', 'left', 'right', 'left'],
      widths: [idWidth, file, rowsWidth, rest - file],
    },
  );
};

/** A table of imports for people. @param width of the terminal; undefined where it goes elsewhere */
export const importTable = (imports: readonly ImportStatus[], width: number | undefined): string =>
  width !== undefined && width < narrow ? narrowTable(imports, width) : wideTable(imports);

const wideTable = (imports: readonly ImportStatus[]): string =>
  plainTable(
    imports.map((one) => [
      one.importId,
      visibleText(one.file),
      one.state,
      counted(one.rows),
      endedWords(one),
      moment(one.startedAt),
    ]),
    {
      head: ['import', 'file', 'state', 'rows', 'how they ended', 'began'],
      aligns: ['left', 'left', 'left', 'right', 'left', 'left'],
    },
  );
