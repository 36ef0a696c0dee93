import type * as z from 'zod/mini';
import { getText, type ObjectStore } from './object-store.ts';

/** An object under `state/` that this version cannot read: written by a newer one, or damaged. */
class UnreadableState extends Error {
  override readonly name = 'UnreadableState';
}

/** Parses what another invocation wrote; throws `UnreadableState` without quoting any content. */
export const parseState = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
  key: string,
): z.output<Schema> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UnreadableState(`${key} is not JSON`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new UnreadableState(`${key} does not have the expected shape at ${paths.slice(0, 5).join(', ')}`);
};

/** Reads an object under `state/`; undefined where there is none. */
export const readState = async <Schema extends z.ZodMiniType>(
  store: ObjectStore,
  key: string,
  schema: Schema,
): Promise<{ readonly value: z.output<Schema>; readonly etag: string } | undefined> => {
  const stored = await getText(store, key);
  return stored === undefined ? undefined : { value: parseState(schema, stored.text, key), etag: stored.etag };
};
