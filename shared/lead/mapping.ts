import { z } from 'zod';
import { canonicalColumns } from './lead.ts';

const column = z.string().refine((name) => canonicalColumns.includes(name), {
  error: (issue) => `${String(issue.input)} is not a column of the importer`,
});

/** A partner's mapping file: `mappings/<name>.json`. */
const mappingSchema = z.strictObject({
  columns: z.record(z.string(), column).default({}),
  constants: z.record(column, z.union([z.string(), z.number()])).default({}),
  dates: z.enum(['DMY', 'MDY']).default('DMY'),
});

export type Mapping = z.output<typeof mappingSchema>;

/** What applies where no mapping file does. */
export const noMapping: Mapping = { columns: {}, constants: {}, dates: 'DMY' };

/** Reads a mapping file; a fault says where in the file, and what was expected. */
export const readMapping = (text: string): { readonly mapping: Mapping } | { readonly fault: string } => {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { fault: 'it is not JSON' };
  }
  const parsed = mappingSchema.safeParse(json);
  if (parsed.success) return { mapping: parsed.data };
  return {
    fault: parsed.error.issues.map((issue) => `${issue.path.join(' → ') || 'the file'}: ${issue.message}`).join('; '),
  };
};
