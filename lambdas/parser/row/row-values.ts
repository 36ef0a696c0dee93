import type { Mapping } from '../../../shared/header/mapping.ts';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { type CellRules, Refusal, Remarkable } from '../../../shared/lead/refusal.ts';
import { codePoint, shown } from '../../../shared/words/escaping.ts';
import { foldedLook } from '../../../shared/words/folded-look.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';
import { hasForeignLetters, isBrokenText } from './broken-text.ts';
import { controlCharacterAt, isPlainText } from './cell-text.ts';
import { nameColumns } from './file-facts.ts';
import { isMojibake } from './misread.ts';
import { isProgramText, mayBeProgramText } from './program-text.ts';
import type { RowPlan } from './row-plan.ts';
import { type CellText, problemOf, titleOf } from './row-texts.ts';
import { textWarning, warningOf } from './warnings.ts';

/** What is wrong with a constant of the mapping file, read as a cell of its column would be; undefined when it is good. */
export const constantFault = (mapping: Mapping, rules: CellRules, column: string): string | undefined => {
  const read = cellReaders.get(column)?.(mapping.constants.get(column) ?? '', rules);
  return read instanceof Refusal ? read.expected : undefined;
};

const bareValue = (read: unknown): unknown => (read instanceof Remarkable ? read.value : read);

const nameless = new Refusal('spreadsheet_error', 'expected the value itself');
const doubled = new Refusal('mojibake', 'expected accents, and found UTF-8 that was read as something else');
const brokenLetters = new Refusal('broken_text', 'expected letters, and found what another encoding makes of them');

/** Columns whose readers take nothing that a program writes in place of a value. */
const strictColumns: ReadonlySet<string> = new Set(['customer.phone', 'company.website']);

/** A text that is no value: what a spreadsheet writes in place of one, or letters that were read in the wrong encoding. */
const brokenText = (column: string, text: string, read: unknown, { facts, format }: RowPlan): Refusal | undefined => {
  const value = bareValue(read);
  if (typeof value !== 'string' || strictColumns.has(column)) return undefined;
  const isName = nameColumns.has(column);
  if (isProgramText(text) && (isName || !mayBeProgramText(text))) return nameless;
  if (!isName || isPlainText(text)) return undefined;
  // In another encoding it is a fault of the row already.
  if (isMojibake(text)) return format.encoding.startsWith('utf-') ? doubled : undefined;
  const isDoubtful = facts.brokenText && format.encoding === 'windows-1252' && hasForeignLetters(text);
  return isDoubtful || isBrokenText(text) ? brokenLetters : undefined;
};

interface Values {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A control character at a place of a cell; undefined where there is none. */
const controlRefusal = ({ cell, text }: CellText): Refusal | undefined => {
  const at = controlCharacterAt(text);
  if (at === -1) return undefined;
  const character = text[at] ?? '';
  const found = `and character ${cell.indexOf(character) + 1} is ${codePoint(character)}`;
  return new Refusal('control_character', `expected text without invisible characters, ${found}`);
};

/** A value as the reader of its column gives it, or why there is none. */
const readCell = (plan: RowPlan, column: string, content: CellText): unknown => {
  const { text } = content;
  const refusal = controlRefusal(content);
  if (refusal !== undefined) return refusal;
  const rules = plan.facts.decimalCommas.includes(column) ? { ...plan.rules, decimalComma: true } : plan.rules;
  const read = cellReaders.get(column)?.(text, rules);
  return brokenText(column, text, read, plan) ?? read;
};

const isSameValue = (one: unknown, other: unknown): boolean =>
  foldedLook(JSON.stringify(one ?? '')) === foldedLook(JSON.stringify(other ?? ''));

const twoValues = (plan: RowPlan, column: string, one: CellText, other: CellText): Problem => {
  const says = (content: CellText): string => `${titleOf(content, plan, column)} holds ${shown(content.cell)}`;
  const what = `${says(one)} and ${says(other)}: expected one value of ${column}.`;
  return problem('two_values', { column, what });
};

/** Of several columns the one that counts, and one that contradicts it; a cell that says nothing, such as a zero date, does not. */
const agreed = (
  stated: CellText,
  column: string,
  plan: RowPlan,
): { readonly content: CellText; readonly rival?: CellText | undefined } => {
  const said = [stated, ...(stated.rivals ?? [])]
    .map((content) => ({ content, value: bareValue(readCell(plan, column, content)) }))
    .filter(({ value }) => value !== undefined);
  const [first, ...others] = said;
  if (first === undefined) return { content: stated };
  return { content: first.content, rival: others.find(({ value }) => !isSameValue(first.value, value))?.content };
};

/** The values that the texts of a row stand for, with everything that is wrong with them. */
export const readTexts = (texts: ReadonlyMap<string, CellText>, plan: RowPlan): Values => {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const warn = (code: ProblemCode, column: string): void => void warnings.push(warningOf(plan.header, code, column));
  for (const [column, stated] of texts) {
    const { content, rival } = stated.rivals === undefined ? { content: stated } : agreed(stated, column, plan);
    const read = readCell(plan, column, content);
    if (read instanceof Refusal) {
      problems.push(problemOf(plan, column, content, read));
      continue;
    }
    const value = bareValue(read);
    if (rival !== undefined) {
      problems.push(twoValues(plan, column, content, rival));
      continue;
    }
    if (read instanceof Remarkable) warn(read.code, column);
    if (value === undefined) continue;
    values.set(column, value);
    if (plan.format.encoding.startsWith('utf-') && isMojibake(content.text)) warn('mojibake', column);
    const doubt = textWarning(column, content.text, value);
    if (doubt !== undefined) warn(doubt, column);
  }
  return { values, problems, warnings };
};
