import { converted } from '../../../shared/header/conversion.ts';
import { twoNamesOf } from '../../../shared/header/full-name.ts';
import { headerName, type Source } from '../../../shared/header/header.ts';
import { requiredColumns } from '../../../shared/lead/lead.ts';
import { Refusal } from '../../../shared/lead/refusal.ts';
import { shown, visibleText } from '../../../shared/words/escaping.ts';
import { foldedText } from '../../../shared/words/folded-name.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { adviceFor } from './advice.ts';
import { cleaned } from './cell-text.ts';
import { mayBeProgramText } from './program-text.ts';
import type { RowPlan } from './row-plan.ts';

/** What a row says of one column. */
export interface CellText {
  /** As the file has it. */
  readonly cell: string;
  /** As it is read. */
  readonly text: string;
  /** What the file calls the column that it comes from; absent for a constant. */
  readonly title?: string | undefined;
  /** Whether the text is the cell's number in another unit. */
  readonly isConverted?: boolean;
  /** What other columns of the file say of the same, where nobody has said which of them counts. */
  readonly rivals?: readonly CellText[];
}

/** What the file calls the column that a text comes from. */
export const titleOf = ({ title = '' }: CellText, { header }: RowPlan, column: string): string =>
  visibleText(title.trim()) || headerName(header, column);

/** What is wrong with a cell, in the words of its file. */
export const problemOf = (
  plan: RowPlan,
  column: string,
  content: CellText,
  { code, expected, tip: own }: Refusal,
): Problem => {
  const { cell, text } = content;
  const required = requiredColumns(plan.enforceMandatories).includes(column);
  const tip = own ?? adviceFor({ column, code, text, required, dates: plan.mapping.dates });
  const comesTo = content.isConverted === true ? `, which comes to ${shown(text)}` : '';
  const what = `${titleOf(content, plan, column)} holds ${shown(cell)}${comesTo}: ${expected}.`;
  return problem(code, { column, what, ...(tip !== undefined && { tip }) });
};

const unreadableName = new Refusal(
  'ambiguous_name',
  'expected one first and one last name, without a title, a comma or a second person',
);

/** A text of a source that cannot be taken apart or converted. */
interface RefusedText {
  readonly content: CellText;
  readonly refusal: Refusal;
}

/** What a source says of a column; undefined where its cell says nothing. */
const textAt = (
  cells: readonly string[],
  column: string,
  { position, part, conversion }: Source,
  { header, values }: RowPlan,
): CellText | RefusedText | undefined => {
  const cell = cells[position] ?? '';
  const text = cleaned(cell, column, cells);
  const title = header.titles[position];
  if (text === '') return undefined;
  if (part !== 'whole') {
    const twoNames = twoNamesOf(text);
    if (twoNames === undefined) return { content: { cell, text, title }, refusal: unreadableName };
    const name = part === 'first_name' ? twoNames.first : twoNames.last;
    return name === '' ? undefined : { cell, text: name, title };
  }
  const texts = values.get(column);
  const given = texts === undefined ? undefined : texts.get(foldedText(text));
  // A text that stands for nothing is an empty cell.
  if (given?.trim() === '') return undefined;
  const read = given ?? (conversion === undefined ? text : converted(text, conversion, cells));
  if (read instanceof Refusal && read.code === 'unknown_frequency' && conversion?.kind === 'repayments') {
    const { repaid } = conversion;
    const at = typeof repaid === 'object' ? repaid.position : position;
    const said = cells[at] ?? '';
    return { content: { cell: said, text: said.trim(), title: header.titles[at] }, refusal: read };
  }
  return read instanceof Refusal
    ? { content: { cell, text, title }, refusal: read }
    : { cell, text: read, title, ...(given === undefined && read !== text && { isConverted: true }) };
};

interface Texts {
  readonly texts: Map<string, CellText>;
  readonly problems: Problem[];
}

/** Of several sources the first that is filled in, with what those of its rank say. */
const firstOf = (cells: readonly string[], column: string, plan: RowPlan): CellText | RefusedText | undefined => {
  const filled = (plan.header.sources.get(column) ?? []).flatMap((source) => {
    const found = textAt(cells, column, source, plan);
    return found === undefined ? [] : [{ found, rank: source.rank }];
  });
  // What says that a value is not known leaves it to the other columns.
  const known = filled.filter(({ found }) => 'refusal' in found || !mayBeProgramText(found.text));
  const [first, ...others] = known.length > 0 ? known : filled;
  if (first === undefined || 'refusal' in first.found) return first?.found;
  const rivals = others.flatMap(({ found, rank }) => (rank === first.rank && !('refusal' in found) ? [found] : []));
  return rivals.length === 0 ? first.found : { ...first.found, rivals };
};

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
export const textsOf = (cells: readonly string[], plan: RowPlan): Texts => {
  const texts = new Map<string, CellText>();
  const problems: Problem[] = [];
  for (const [column, text] of plan.mapping.constants) if (text.trim() !== '') texts.set(column, { cell: text, text });
  for (const [column, sources] of plan.header.sources) {
    const found =
      sources.length === 1 ? textAt(cells, column, sources[0] as Source, plan) : firstOf(cells, column, plan);
    if (found === undefined) continue;
    if ('refusal' in found) problems.push(problemOf(plan, column, found.content, found.refusal));
    else texts.set(column, found);
  }
  return { texts, problems };
};
