import { z } from 'zod';
import { encodingSchema } from '../options.ts';
import { columnSchema, constantSchema, datesSchema, meaningSchema } from './mapping.ts';

const byColumn = <Value extends z.ZodType>(value: Value) => z.partialRecord(columnSchema, value);

/** The JSON Schema of a mapping file, for editors. */
export const mappingJsonSchema = (): object =>
  z.toJSONSchema(
    z
      .strictObject({
        $schema: z.string().optional(),
        columns: z
          .record(z.string(), meaningSchema)
          .optional()
          .describe('Headers of the file, and what each means. null keeps a column out on purpose.'),
        values: byColumn(z.record(z.string(), constantSchema))
          .optional()
          .describe('Texts of the file, by column, and the values that are sent for them.'),
        constants: byColumn(constantSchema)
          .optional()
          .describe('Values for rows whose cell is empty or has no column.'),
        dates: datesSchema
          .optional()
          .describe('Which number of a date with slashes comes first; DMY unless it is said.'),
        encoding: encodingSchema.optional().describe('How the file is encoded, for who knows better.'),
      })
      .meta({ title: 'Mapping file of the lumi lead importer' }),
    { io: 'input' },
  );
