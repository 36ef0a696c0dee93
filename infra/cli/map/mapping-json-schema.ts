import * as z from 'zod/mini';
import { encodingNames } from '../../../shared/csv/encoding.ts';
import { columnSchema, constantSchema, datesSchema, meaningSchema } from '../../../shared/header/mapping.ts';

const byColumn = <Value extends z.ZodMiniType>(value: Value) => z.partialRecord(columnSchema, value);

/** A member that may be left out, with what an editor says of it. */
const optional = (schema: z.ZodMiniType, description: string) =>
  z.optional(schema).register(z.globalRegistry, { description });

/** The JSON Schema of a mapping file, for editors. */
export const mappingJsonSchema = (): object =>
  z.toJSONSchema(
    z
      .strictObject({
        $schema: z.optional(z.string()),
        columns: optional(
          z.record(z.string(), meaningSchema),
          'Headers of the file, and what each means. null keeps a column out on purpose.',
        ),
        headers: optional(
          z.array(z.string()),
          'The header that the mapping was made for: a file with the same names, in any order, uses it by itself.',
        ),
        values: optional(
          byColumn(z.record(z.string(), constantSchema)),
          'Texts of the file, by column, and the values that are sent for them.',
        ),
        constants: optional(byColumn(constantSchema), 'Values for rows whose cell is empty or has no column.'),
        dates: optional(datesSchema, 'Which number of a date with slashes comes first; DMY unless it is said.'),
        encoding: optional(z.enum(encodingNames), 'How the file is encoded, for who knows better.'),
      })
      .register(z.globalRegistry, { title: 'Mapping file of the lumi lead importer' }),
    { io: 'input' },
  );
