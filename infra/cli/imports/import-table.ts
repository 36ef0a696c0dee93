import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportStatus } from '../places/known-imports.ts';
import { plainTable } from '../terminal/table.ts';
import { counted, endings, moment, proofWords } from './import-text.ts';

/** A table of imports for people. */
export const importTable = (imports: readonly ImportStatus[]): string =>
  plainTable(
    imports.map((one) => [
      one.importId,
      visibleText(one.file),
      one.state,
      counted(one.rows),
      [endings(one), proofWords(one)].filter((words) => words !== '').join('; '),
      moment(one.startedAt),
    ]),
    {
      head: ['import', 'file', 'state', 'rows', 'how they ended', 'began'],
      aligns: ['left', 'left', 'left', 'right', 'left', 'left'],
    },
  );
