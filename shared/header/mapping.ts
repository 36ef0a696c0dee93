import * as z from 'zod/mini';
import { encodingSchema } from '../import-options.ts';
import { canonicalColumns, numberColumns } from '../lead/lead.ts';
import { parseJson } from '../parse-json.ts';
import { shown, visibleText } from '../words/escaping.ts';
import { foldedName, foldedText } from '../words/folded-name.ts';
import { nearestName } from '../words/nearest-name.ts';
import { periodsPerYear, repaymentsPerYear, unitsPerYear } from './conversion.ts';

const isObject = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

const unknownColumn = (name: string): string => {
  const near = nearestName(name, canonicalColumns);
  return `${shown(name)} is not a column of the importer${near === undefined ? '' : ` (is it ${near}?)`}`;
};

export const columnSchema = z.enum(canonicalColumns, {
  error: ({ input }) => (typeof input === 'string' ? unknownColumn(input) : 'expected a column such as customer.email'),
});

/** A cell that holds a first and a last name. */
const splitSchema = z.strictObject({ split: z.tuple([columnSchema, columnSchema]) });
/** A number in another unit. */
const timesSchema = z.strictObject({ column: z.enum(numberColumns), times: z.number().check(z.positive()) });

const names = <Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] => Object.keys(table) as Name[];

const unitSchema = z.enum(names(unitsPerYear));
const frequencySchema = z.enum(names(repaymentsPerYear));
/** A time in business in another unit. */
const timeSchema = z.strictObject({ column: z.literal('company.months_in_business'), unit: unitSchema });
/** A term, and how often it is repaid: for all rows, or by a column of the file. */
const termSchema = z.strictObject({
  column: z.literal('loan.installments'),
  unit: unitSchema,
  repaid: z.union([frequencySchema, z.strictObject({ column: z.string() })]),
});
/** A turnover of another period. */
const turnoverSchema = z.strictObject({
  column: z.literal('company.average_monthly_turnover'),
  per: z.enum(names(periodsPerYear)),
});

const expectedMeaning =
  'expected a column such as "customer.email", null, {"split": ["customer.first_name", "customer.last_name"]} or {"column": "company.months_in_business", "unit": "years"}';

const ofUnits: readonly (readonly [member: string, column: string, expected: string])[] = [
  ['per', 'company.average_monthly_turnover', `expected "per" to be one of ${names(periodsPerYear).join(', ')}`],
  ['unit', 'company.months_in_business', `expected "unit" to be one of ${names(unitsPerYear).join(', ')}`],
  [
    'unit',
    'loan.installments',
    `expected "unit" to be one of ${names(unitsPerYear).join(', ')}, and "repaid" to be one of ${names(repaymentsPerYear).join(', ')} or {"column": "the column that says so"}: a term alone is no number of repayments`,
  ],
];

const wrongMeaning = (given: unknown): string => {
  if (typeof given === 'string') return unknownColumn(given);
  const column = isObject(given) ? given['column'] : undefined;
  if (!isObject(given) || typeof column !== 'string') return expectedMeaning;
  if (!canonicalColumns.includes(column)) return unknownColumn(column);
  for (const [member, of, expected] of ofUnits) if (member in given && column === of) return expected;
  if ('per' in given) return '"per" is for company.average_monthly_turnover alone';
  if ('unit' in given) return '"unit" is for company.months_in_business and loan.installments alone';
  if (!('times' in given)) return expectedMeaning;
  return numberColumns.includes(column)
    ? 'expected "times" to be a number above zero'
    : `${column} holds no number that could be multiplied`;
};

/** What a header of the file means; null keeps it out on purpose. */
export const meaningSchema = z.union(
  [columnSchema, z.null(), splitSchema, timesSchema, timeSchema, termSchema, turnoverSchema],
  {
    error: ({ input }) => wrongMeaning(input),
  },
);

export const constantSchema = z.union([z.string(), z.number()], { error: 'expected a text or a number' });

interface Names {
  /** What is wrong with a name. */
  readonly wrong?: (name: string) => string | undefined;
  /** Names that come to the same are one name. */
  readonly folded?: (name: string) => string;
}

/** Names that come to the same as one before them, and mean something else; each with that one. */
const contradictions = (entries: readonly [string, unknown][], folded: (name: string) => string): [string, string][] =>
  [...Map.groupBy(entries, ([name]) => folded(name)).values()].flatMap(([first = ['', ''], ...others]) =>
    others
      .filter(([, meaning]) => JSON.stringify(meaning) !== JSON.stringify(first[1]))
      .map(([name]): [string, string] => [name, first[0]]),
  );

/** An object by pairs, in the file's order: any name is a name here, `__proto__` too. */
const pairs = <Value extends z.ZodMiniType>(
  value: Value,
  { wrong = () => undefined, folded = (name) => name }: Names = {},
) =>
  z.pipe(
    z.optional(z.unknown()),
    z.transform((given, { issues }): [string, z.output<Value>][] => {
      const fault = (message: string, path: PropertyKey[] = []): void =>
        void issues.push({ code: 'custom', path, message, input: given });
      if (given === undefined) return [];
      if (!isObject(given)) {
        fault('expected an object');
        return [];
      }
      const entries = Object.entries(given);
      for (const [name, other] of contradictions(entries, folded))
        fault(`${shown(other)} is the same name, and means something else`, [name]);
      return entries.flatMap(([name, each]): [string, z.output<Value>][] => {
        const wrongName = wrong(name);
        const parsed = value.safeParse(each);
        if (wrongName !== undefined) fault(wrongName, [name]);
        for (const issue of parsed.error?.issues ?? []) fault(issue.message, [name, ...issue.path]);
        return parsed.success ? [[name, parsed.data]] : [];
      });
    }),
  );

const wrongColumn = (name: string): string | undefined =>
  canonicalColumns.includes(name) ? undefined : unknownColumn(name);

export const datesSchema = z.enum(['DMY', 'MDY'], 'expected DMY or MDY');

/** A partner's mapping file: `mappings/<name>.json`. */
const mappingSchema = z.strictObject({
  $schema: z.optional(z.string()),
  columns: pairs(meaningSchema, { folded: foldedName }),
  /** The header that it was made for; a file with the same one uses it by itself. */
  headers: z.optional(z.array(z.string('expected the name of a column'), 'expected a list of names')),
  values: pairs(pairs(constantSchema, { folded: foldedText }), { wrong: wrongColumn }),
  constants: z.pipe(
    pairs(constantSchema, { wrong: wrongColumn }),
    z.transform((all) => new Map(all.map(([name, value]) => [name, String(value)]))),
  ),
  dates: z._default(datesSchema, 'DMY'),
  encoding: z.optional(encodingSchema),
});

export type Mapping = z.output<typeof mappingSchema>;
export type Meaning = z.output<typeof meaningSchema>;

/** The column of the file that says how often a term is repaid; none where a meaning needs none. */
export const repaidColumnOf = (meaning: Meaning): string[] =>
  typeof meaning === 'object' && meaning !== null && 'repaid' in meaning && typeof meaning.repaid === 'object'
    ? [meaning.repaid.column]
    : [];

/** What applies where no mapping file does. */
export const noMapping: Mapping = { columns: [], values: [], constants: new Map(), dates: 'DMY' };

const faultOf = ({ path, message, code, ...issue }: z.core.$ZodIssue): string => {
  const what =
    code === 'unrecognized_keys' && 'keys' in issue
      ? `${visibleText(issue.keys.join(', '))} is not known here`
      : message;
  return `${path.map((name) => visibleText(String(name))).join(' → ') || 'the file'}: ${what}`;
};

/** The header that a mapping file was made for, whether or not the rest of it can be used; undefined where it names none. */
export const headersOf = (text: string): readonly string[] | undefined => {
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  const headers = isObject(json) ? json['headers'] : undefined;
  return Array.isArray(headers) && headers.length > 0 && headers.every((name) => typeof name === 'string')
    ? headers
    : undefined;
};

/** Parts without which it is not known what the columns of a file mean. */
const meanings: readonly (PropertyKey | undefined)[] = [undefined, 'columns', 'constants'];

/** What is wrong with a mapping file: where in it, and what was expected. */
export interface MappingFault {
  readonly fault: string;
  /** The rest of it, where that still says what each column means. */
  readonly rest?: Mapping;
}

/** A mapping without the parts that are wrong. */
const restOf = (json: Record<string, unknown>, issues: readonly z.core.$ZodIssue[]): Mapping | undefined => {
  const wrong = new Set(issues.map(({ path: [part] }) => part));
  if (meanings.some((part) => wrong.has(part))) return undefined;
  return mappingSchema.parse(Object.fromEntries(Object.entries(json).filter(([part]) => !wrong.has(part))));
};

/** Reads a mapping file. */
export const readMapping = (text: string): { readonly mapping: Mapping } | MappingFault => {
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  if (json === undefined) return { fault: 'expected JSON, or an Excel workbook (.xlsx) such as mapping.xlsx' };
  if (!isObject(json)) return { fault: 'the file: expected an object such as {"columns": {}}' };
  const parsed = mappingSchema.safeParse(json);
  if (parsed.success) return { mapping: parsed.data };
  const { issues } = parsed.error;
  const rest = restOf(json, issues);
  return { fault: issues.map(faultOf).join('; '), ...(rest !== undefined && { rest }) };
};
