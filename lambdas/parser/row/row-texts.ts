import { twoNamesOf } from '../../../shared/header/full-name.ts';
import { headerName, type Source } from '../../../shared/header/header.ts';
import { multiplied } from '../../../shared/lead/cells/number.ts';
import { requiredColumns } from '../../../shared/lead/lead.ts';
import { Refusal } from '../../../shared/lead/refusal.ts';
import { shown } from '../../../shared/words/escaping.ts';
import { foldedText } from '../../../shared/words/folded-name.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { adviceFor } from './advice.ts';
import { cleaned } from './cell-text.ts';
import type { RowPlan } from './row-plan.ts';

/** What a row says of one column. */
export interface CellText {
  /** As the file has it. */
  readonly cell: string;
  /** As it is read. */
  readonly text: string;
}

/** What is wrong with a cell, in the words of its file. */
export const problemOf = (
  plan: RowPlan,
  column: string,
  { cell, text }: CellText,
  { code, expected, tip: own }: Refusal,
): Problem => {
  const required = requiredColumns(plan.enforceMandatories).includes(column);
  const tip = own ?? adviceFor({ column, code, text, required, dates: plan.mapping.dates });
  const what = `${headerName(plan.header, column)} holds ${shown(cell)}: ${expected}.`;
  return problem(code, { column, what, ...(tip !== undefined && { tip }) });
};

const unreadableName = new Refusal(
  'ambiguous_name',
  'expected one first and one last name, without a title, a comma or a second person',
);

/** What a source says of a column; undefined where its cell is empty, a refusal where it cannot be taken apart. */
const textAt = (
  cells: readonly string[],
  column: string,
  { position, part }: Source,
): CellText | Refusal | undefined => {
  const cell = cells[position] ?? '';
  const text = cleaned(cell, column);
  if (text === '') return undefined;
  if (part !== 'whole') {
    const names = twoNamesOf(text);
    if (names === undefined) return unreadableName;
    const name = part === 'first_name' ? names.first : names.last;
    return name === '' ? undefined : { cell, text: name };
  }
  return { cell, text };
};

const inUnit = (text: string, { times }: Source): string => (times === 1 ? text : multiplied(text, times));

interface Texts {
  readonly texts: Map<string, CellText>;
  readonly problems: Problem[];
}

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
export const textsOf = (cells: readonly string[], plan: RowPlan): Texts => {
  const texts = new Map<string, CellText>();
  const problems: Problem[] = [];
  for (const [column, text] of plan.mapping.constants) if (text.trim() !== '') texts.set(column, { cell: text, text });
  for (const [column, sources] of plan.header.sources) {
    for (const source of sources) {
      const found = textAt(cells, column, source);
      if (found === undefined) continue;
      if (found instanceof Refusal) {
        const cell = cells[source.position] ?? '';
        problems.push(problemOf(plan, column, { cell, text: cell }, found));
      } else {
        const given = plan.values.get(column)?.get(foldedText(found.text));
        // A text that stands for nothing is an empty cell.
        if (given?.trim() === '') continue;
        const isAsFound = given === undefined && source.times === 1;
        texts.set(column, isAsFound ? found : { cell: found.cell, text: given ?? inUnit(found.text, source) });
      }
      break;
    }
  }
  return { texts, problems };
};
