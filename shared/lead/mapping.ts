import * as z from 'zod/mini';
import { encodingSchema } from '../options.ts';
import { parseJson } from '../parse-json.ts';
import { canonicalColumns } from './lead.ts';
import { nearestName } from './nearest-name.ts';
import { shown, visibleText } from './problem.ts';

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
const timesSchema = z.strictObject({ column: columnSchema, times: z.number().check(z.positive()) });

const expectedMeaning =
  'expected a column such as "customer.email", null, {"split": ["customer.first_name", "customer.last_name"]} or {"column": "company.months_in_business", "times": 12}';

/** What a header of the file means; null keeps it out on purpose. */
export const meaningSchema = z.union([columnSchema, z.null(), splitSchema, timesSchema], {
  error: ({ input }) => (typeof input === 'string' ? unknownColumn(input) : expectedMeaning),
});

export const constantSchema = z.union([z.string(), z.number()], { error: 'expected a text or a number' });

const isObject = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/** An object by pairs, in the file's order: any name is a name here, `__proto__` too. */
const pairs = <Value extends z.ZodMiniType>(
  value: Value,
  isName: (name: string) => string | undefined = () => undefined,
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
      return Object.entries(given).flatMap(([name, each]): [string, z.output<Value>][] => {
        const wrongName = isName(name);
        const parsed = value.safeParse(each);
        if (wrongName !== undefined) fault(wrongName, [name]);
        for (const issue of parsed.error?.issues ?? []) fault(issue.message, [name, ...issue.path]);
        return parsed.success ? [[name, parsed.data]] : [];
      });
    }),
  );

const isColumn = (name: string): string | undefined =>
  canonicalColumns.includes(name) ? undefined : unknownColumn(name);

export const datesSchema = z.enum(['DMY', 'MDY'], 'expected DMY or MDY');

/** A partner's mapping file: `mappings/<name>.json`. */
const mappingSchema = z.strictObject({
  $schema: z.optional(z.string()),
  columns: pairs(meaningSchema),
  values: pairs(pairs(constantSchema), isColumn),
  constants: z.pipe(
    pairs(constantSchema, isColumn),
    z.transform((all) => new Map(all.map(([name, value]) => [name, String(value)]))),
  ),
  dates: z._default(datesSchema, 'DMY'),
  encoding: z.optional(encodingSchema),
});

export type Mapping = z.output<typeof mappingSchema>;
export type Meaning = z.output<typeof meaningSchema>;

/** What applies where no mapping file does. */
export const noMapping: Mapping = { columns: [], values: [], constants: new Map(), dates: 'DMY' };

const faultOf = ({ path, message, code, ...issue }: z.core.$ZodIssue): string => {
  const what =
    code === 'unrecognized_keys' && 'keys' in issue
      ? `${visibleText(issue.keys.join(', '))} is not known here`
      : message;
  return `${path.map((name) => visibleText(String(name))).join(' → ') || 'the file'}: ${what}`;
};

/** Reads a mapping file; a fault says where in the file, and what was expected. */
export const readMapping = (text: string): { readonly mapping: Mapping } | { readonly fault: string } => {
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  if (json === undefined) return { fault: 'it is not JSON' };
  if (!isObject(json)) return { fault: 'the file: expected an object such as {"columns": {}}' };
  const parsed = mappingSchema.safeParse(json);
  return parsed.success ? { mapping: parsed.data } : { fault: parsed.error.issues.map(faultOf).join('; ') };
};
