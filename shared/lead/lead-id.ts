import { z } from 'zod';

/** An id as the API gives them, safe in a path, a cell and a file of fingerprints; the document shows 24 hexadecimal digits. */
export const leadIdSchema = z
  .union([z.string(), z.int().transform(String)])
  .pipe(z.string().regex(/^[A-Za-z0-9_-]{1,100}$/));
