import { needsPerson } from '../../../shared/report/status.ts';
import { type Status, statuses } from '../../../shared/state/row-state.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportStatus } from '../places/known-imports.ts';
import { plainTable } from '../terminal/table.ts';
import { counted, endings, moment, proofWords } from './import-text.ts';

const idWidth = 25;
/** Between two columns. */
const gap = 2;
/** Below this the state stands with how the rows ended, and when it began in the name of the import. */
const narrow = 120;

const endedWords = (one: ImportStatus, order?: readonly Status[]): string =>
  [endings(one, order), proofWords(one)].filter((words) => words !== '').join('; ');

/** What a person has to do something about comes first: the end of a line may be cut. */
const worstFirst = statuses.toSorted((one, other) => Number(needsPerson(other)) - Number(needsPerson(one)));

const longest = (head: string, texts: readonly string[]): number =>
  Math.max(...[head, ...texts].map(({ length }) => length));

/** The columns that matter, for a terminal of so many. */
const narrowTable = (imports: readonly ImportStatus[], width: number): string => {
  const names = imports.map((one) => visibleText(one.file.slice(one.file.indexOf('/') + 1)));
  const rows = imports.map((one) => counted(one.rows));
  const rowsWidth = longest('rows', rows);
  const rest = width - 1 - idWidth - rowsWidth - 3 * gap;
  const file = Math.min(longest('file', names), Math.floor(rest * 0.4));
  return plainTable(
    imports.map((one, at) => [
      one.importId,
      names[at] ?? '',
      rows[at] ?? '',
      [endedWords(one, worstFirst), ...(one.state === 'completed' ? [] : [one.state])]
        .filter((words) => words !== '')
        .join('; '),
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
