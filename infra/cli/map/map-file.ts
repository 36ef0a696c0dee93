import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { birthColumn } from '../../../lambdas/parser/row/file-facts.ts';
import { withoutEnding } from '../../../shared/bucket/keys.ts';
import { mappingSheetsOf } from '../../../shared/header/ask-mapping.ts';
import { nameOf } from '../../../shared/header/distinct-titles.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { type Mapping, type Meaning, noMapping, readMapping, repaidColumnOf } from '../../../shared/header/mapping.ts';
import { meaningOf } from '../../../shared/header/mapping-words.ts';
import { type MappingProposal, proposeMapping } from '../../../shared/header/propose-mapping.ts';
import { filledIn } from '../../../shared/header/seen-column.ts';
import { readsAs } from '../../../shared/lead/cells/date.ts';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { Refusal } from '../../../shared/lead/refusal.ts';
import { reportColumnOf } from '../../../shared/table/report-columns.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import { faultSentence } from '../../../shared/words/file-fault.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { checkNew, writeNew } from '../terminal/write-new.ts';
import type { Ask, Decisions, Left } from './decisions.ts';
import { columnLines, leftLines, valueLines } from './map-text.ts';
import { type SeenFile, seeFile } from './see-file.ts';

/** What the command line says of a mapping that is to be made. */
export interface MapArguments {
  readonly file: string;
  readonly out: string | undefined;
  /** Of a workbook. */
  readonly sheet: string | undefined;
  /** Whether every proposal is taken that needs no judgement. */
  readonly yes: boolean;
  /** Whether a workbook is written, to be filled in. */
  readonly xlsx: boolean;
  /** `HEADER=COLUMN` and `COLUMN:TEXT=VALUE`. */
  readonly columns: readonly string[];
  readonly values: readonly string[];
}

/** `by "Repayment Frequency"` or `weekly`. */
const readRepaid = (text: string): unknown => {
  const column = /^by (?:column )?"?(.+?)"?$/i.exec(text)?.[1];
  return column === undefined ? text.toLowerCase() : { column };
};

/**
 * `customer.email`, `none`, `customer.first_name+customer.last_name`, `company.months_in_business*12`, `company.months_in_business in
 * years`, `loan.installments in years, repaid weekly`, `company.average_monthly_turnover per year`; and the words of
 * `mapping.xlsx`, such as `first name and last name`.
 */
const readMeaning = (text: string): Meaning => {
  const [first = '', second] = text.split('+').map((part) => part.trim());
  const [column = '', times] = first.split('*').map((part) => part.trim());
  const inUnit = /^(\S+) in (\w+)(?:,? repaid (.+))?$/i.exec(text.trim());
  const per = /^(\S+) (?:per|a) (\w+)$/i.exec(text.trim());
  const meaning = (): unknown => {
    if (/^(?:none|null|-)$/i.test(text.trim())) return null;
    if (inUnit !== null) {
      const [, of, unit = '', repaid] = inUnit;
      return { column: of, unit: unit.toLowerCase(), ...(repaid !== undefined && { repaid: readRepaid(repaid) }) };
    }
    if (per !== null) return { column: per[1], per: per[2]?.toLowerCase() };
    if (second !== undefined) return { split: [first, second] };
    return times === undefined ? column : { column, times: Number(times) };
  };
  const said = meaningOf({ meaning: text, unit: '' });
  if (typeof said === 'object') return said.meaning;
  const read = readMapping(JSON.stringify({ columns: { it: meaning() } }));
  if ('mapping' in read) return read.mapping.columns[0]?.[1] ?? null;
  throw new UsageError(`--column ...=${text}: ${read.fault.replace(/^columns → it(?: → )?[^:]*: /, '')}.`);
};

const readColumn = (text: string, seen: SeenFile): [string, Meaning] => {
  const at = text.lastIndexOf('=');
  const title = text.slice(0, at);
  if (at < 1) throw new UsageError(`--column ${text}: expected "HEADER=COLUMN".`);
  if (!seen.columns.some((column) => foldedName(column.title) === foldedName(title)))
    throw new UsageError(`--column ${text}: the file has no column "${title}".`);
  const meaning = readMeaning(text.slice(at + 1));
  for (const name of repaidColumnOf(meaning))
    if (!seen.columns.some((column) => foldedName(column.title) === foldedName(name)))
      throw new UsageError(`--column ${text}: the file has no column "${name}".`);
  return [foldedName(title), meaning];
};

const readValue = (text: string, { values, constants }: Decisions): void => {
  const match = /^([^:]+):(.*)=([^=]*)$/s.exec(text);
  if (match === null) throw new UsageError(`--value ${text}: expected "COLUMN:TEXT=VALUE".`);
  const [, column = '', found = '', value = ''] = match;
  const read = cellReaders.get(column)?.(value, { dates: 'DMY', today: new Date().toISOString().slice(0, 10) });
  if (value !== '' && read instanceof Refusal) throw new UsageError(`--value ${text}: ${read.expected}.`);
  if (found === '') constants.set(column, value);
  else values.set(column, (values.get(column) ?? new Map()).set(found, value));
};

const decisionsOf = ({ columns, values }: MapArguments, seen: SeenFile): Decisions => {
  const decisions: Decisions = {
    columns: new Map(columns.map((text) => readColumn(text, seen))),
    values: new Map(),
    constants: new Map(),
  };
  for (const text of values) readValue(text, decisions);
  return decisions;
};

/** Month first where some date can be nothing else, and none can only be day first. */
const datesOf = ({ columns }: MappingProposal, seen: SeenFile): 'DMY' | 'MDY' => {
  const titles = new Set(columns.filter(({ meaning }) => meaning === birthColumn).map(({ title }) => title));
  const texts = seen.columns
    .filter(({ title }) => titles.has(title))
    .flatMap(({ values }) => [...values.keys()].map((text) => text.trim()).filter((text) => text !== ''));
  const isOnly = (one: 'DMY' | 'MDY', other: 'DMY' | 'MDY'): boolean =>
    texts.some((text) => readsAs(text, one) && !readsAs(text, other));
  return isOnly('MDY', 'DMY') && !isOnly('DMY', 'MDY') ? 'MDY' : 'DMY';
};

/** The mapping file of what was proposed and decided: only what the importer does not know by itself. */
const mappingOf = (
  { columns, values }: MappingProposal,
  decisions: Decisions,
  seen: SeenFile,
  dates: 'DMY' | 'MDY',
): object => {
  const taken = columns.filter(({ certainty }) => certainty === 'sure');
  // What somebody has left empty is refused: there is nothing to write for it.
  const texts = new Map(
    [...decisions.values]
      .map(([column, each]) => [column, new Map([...each].filter(([, value]) => value !== ''))] as const)
      .filter(([, each]) => each.size > 0),
  );
  for (const { column, text, value } of values) {
    const known = texts.get(column) ?? new Map<string, string>();
    const isRefused = decisions.values.get(column)?.get(text) === '';
    if (value !== undefined && !known.has(text) && !isRefused) texts.set(column, known.set(text, value));
  }
  return {
    columns: Object.fromEntries(taken.map(({ title, meaning }) => [title, meaning])),
    headers: seen.columns
      .map(({ title }) => nameOf(title.trim()))
      .filter((title) => title !== '' && reportColumnOf(title) === undefined),
    ...(texts.size > 0 && {
      values: Object.fromEntries([...texts].map(([column, each]) => [column, Object.fromEntries(each)])),
    }),
    ...(decisions.constants.size > 0 && { constants: Object.fromEntries(decisions.constants) }),
    dates,
  };
};

const leftOf = (proposal: MappingProposal, decisions: Decisions, seen: SeenFile, mapping: Mapping): Left => {
  const columns = proposal.columns.filter(({ certainty }) => certainty === 'ask');
  const values = proposal.values.filter(
    ({ column, text, value }) => value === undefined && decisions.values.get(column)?.has(text) !== true,
  );
  const asked = new Set(columns.map(({ meaning }) => meaning));
  const missing = proposal.missing.filter((column) => !decisions.constants.has(column) && !asked.has(column));
  const titles = seen.columns.map(({ title }) => title);
  const { fault } = matchHeader(titles, mapping, true);
  return { columns, values, missing, fault: fault?.what };
};

const isDecided = ({ columns, values, missing, fault }: Left): boolean =>
  columns.length === 0 && values.length === 0 && missing.length === 0 && fault === undefined;

const targetOf = ({ file, out, xlsx }: MapArguments): string => {
  const name = withoutEnding(basename(file));
  const target = out ?? join(dirname(file), `${name}.mapping.${xlsx ? 'xlsx' : 'json'}`);
  checkNew(target);
  return target;
};

/** How the file is checked with the mapping that was written. */
const nextCommand = (target: string, { file, sheet }: MapArguments): string =>
  `Next: npm start -- --mapping ${shellWord(target)}${sheet === undefined ? '' : ` --sheet ${shellWord(sheet)}`} --dry-run ${shellWord(file)}`;

interface Begun {
  readonly seen: SeenFile;
  readonly decisions: Decisions;
  readonly target: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** Writes the workbook in which somebody says what columns and texts are. */
const writeSheets = async (
  { seen, decisions, target, today }: Begun,
  given: MapArguments,
  say: (line: string) => void,
): Promise<0 | 2> => {
  const { sheets, isAsked } = mappingSheetsOf({
    columns: seen.columns,
    filled: seen.columns.map(filledIn),
    mapping: {
      ...noMapping,
      columns: [...decisions.columns],
      values: [...decisions.values].map(([column, texts]) => [column, [...texts]]),
    },
    enforceMandatories: true,
    rules: { dates: 'DMY', today },
  });
  const { writeMappingWorkbook } = await import('../../../shared/header/write-mapping-workbook.ts');
  writeNew(target, await writeMappingWorkbook(sheets));
  say(`Wrote ${target}.${isAsked ? ' Fill in its column Meaning wherever Decide asks for it.' : ''}`);
  say(nextCommand(target, given));
  return isAsked ? 2 : 0;
};

/**
 * Makes a mapping file for a CSV and says what is left to decide.
 * @param ask absent: nobody is asked
 * @returns the exit code: 0 where the file can be imported with it, 2 where something is left
 */
export const mapFile = async (
  given: MapArguments,
  say: (line: string) => void,
  ask: Ask | undefined,
): Promise<0 | 2> => {
  if (!existsSync(given.file)) throw new UsageError(`${given.file}: there is no such file.`);
  const target = targetOf(given);
  const seen = await seeFile(given.file, given.sheet);
  if (seen.kind === 'fault') throw new UsageError(`${given.file}: ${faultSentence(seen)}`);
  const begun = decisionsOf(given, seen);
  const today = new Date().toISOString().slice(0, 10);
  if (given.xlsx) return writeSheets({ seen, decisions: begun, target, today }, given, say);
  const proposeWith = ({ columns }: Decisions) => proposeMapping(seen.columns, columns, { dates: 'DMY', today });
  for (const line of [...columnLines(seen, proposeWith(begun)), ...valueLines(proposeWith(begun))]) say(line);
  const decisions = ask === undefined ? begun : await ask(seen, () => proposeWith(begun), begun);
  const proposal = proposeWith(decisions);
  const dates = datesOf(proposal, seen);
  if (dates === 'MDY') say('Dates are month first: some of them can be nothing else.');
  const text = `${JSON.stringify(mappingOf(proposal, decisions, seen, dates), null, 2)}\n`;
  const read = readMapping(text);
  if ('fault' in read) throw new UsageError(`The mapping cannot be used: ${read.fault}.`);
  writeNew(target, text);
  say(`\nWrote ${target}.`);
  const left = leftOf(proposal, decisions, seen, read.mapping);
  if (isDecided(left)) {
    say(nextCommand(target, given));
    return 0;
  }
  for (const line of leftLines(left, given.file)) say(line);
  return 2;
};
