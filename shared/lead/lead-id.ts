import * as z from 'zod/mini';

/** An id as the API gives them, safe in a path, a cell and a file of fingerprints; the document shows 24 hexadecimal digits. */
export const leadIdSchema = z.pipe(
  z.union([z.string(), z.pipe(z.int(), z.transform(String))]),
  z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/)),
);
