import * as z from 'zod/mini';

/** What `mapping.xlsx` asks, as it stands in the manifest until it is written: header names, and texts of columns with a fixed list. */
export const mappingSheetsSchema = z.object({
  columns: z.array(
    z.object({
      title: z.string(),
      filled: z.int(),
      meaning: z.string(),
      unit: z.string(),
      /** The units to choose from. */
      units: z.array(z.string()),
      /** Why it is asked; empty where nothing is to decide. */
      decide: z.string(),
    }),
  ),
  values: z.array(
    z.object({
      title: z.string(),
      text: z.string(),
      rows: z.int(),
      meaning: z.string(),
      /** What lumi takes. */
      choices: z.array(z.string()),
    }),
  ),
});

export type MappingSheets = z.output<typeof mappingSheetsSchema>;

export const columnsSheet = { name: 'Columns', head: ['Your column', 'Filled', 'Meaning', 'Unit', 'Decide'] } as const;
export const valuesSheet = { name: 'Values', head: ['Column', 'Your text', 'Rows', 'Meaning'] } as const;
