import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import { getText, type ObjectStore } from './object-store.ts';

/**
 * The version of everything below `state/`, raised whenever the shape or the meaning of an object there changes: an older
 * importer leaves alone what it would misunderstand. Raise it, and keep reading what releases have written.
 */
export const stateVersion = 7;

/** What version 6 wrote means the same to this one: it has only less to say. */
export const oldestStateVersion = 6;

export const isReadable = (version: number): boolean => version >= oldestStateVersion && version <= stateVersion;

/** A version that can be read; what is written back is of ours. */
export const stateVersionSchema = z.pipe(
  z.int().check(z.gte(oldestStateVersion), z.lte(stateVersion)),
  z.transform(() => stateVersion),
);

/** An object under `state/` that this importer cannot read: of another version, or damaged. */
export class UnreadableState extends Error {
  override readonly name: string = 'UnreadableState';
}

/** An object under `state/` that holds something else than what was written there: no version can read it. */
export class DamagedState extends UnreadableState {
  override readonly name = 'DamagedState';
}

/** An object that another version wrote: it waits for one that can read it. */
export class OtherVersion extends UnreadableState {
  override readonly name = 'OtherVersion';
}

/** Names the object in which something is damaged, where who reads it does not know that. */
export const inObject = async <Result>(key: string, read: () => Promise<Result>): Promise<Result> => {
  try {
    return await read();
  } catch (error) {
    throw error instanceof DamagedState ? new DamagedState(`${key}: ${error.message}`) : error;
  }
};

/** Refuses what another version wrote. @param version of its state; undefined where it names none */
export const otherVersion = (what: string, version: number | undefined): OtherVersion => {
  const [writer, mend] =
    version === undefined || version < oldestStateVersion
      ? ['an older importer', 'finish its imports with that one, or begin with an empty bucket or state directory']
      : ['a newer importer', 'bring that one back'];
  const named = version === undefined ? '' : ` (state version ${version})`;
  const message = `${what} was written by ${writer}${named}, and this one reads the state versions ${oldestStateVersion} to ${stateVersion}: ${mend}. It was left as it is.`;
  return new OtherVersion(message);
};

const versionOf = (json: unknown): number | undefined => {
  const { version } = typeof json === 'object' && json !== null ? (json as { version?: unknown }) : {};
  return typeof version === 'number' ? version : undefined;
};

/** Parses what another invocation wrote; throws `UnreadableState` without quoting any content. */
export const parseState = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
  key: string,
): z.output<Schema> => {
  const json = parseJson(text);
  if (json === undefined) throw new DamagedState(`${key} is not JSON`);
  const version = versionOf(json);
  if (version === undefined) throw new DamagedState(`${key} does not say which version wrote it`);
  if (!isReadable(version)) throw otherVersion(key, version);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  // Deeper down a name may be a header's, and that of a file without one is a cell.
  const paths = parsed.error.issues.map((issue) => issue.path.slice(0, 2).join('.'));
  throw new DamagedState(`${key} does not have the expected shape at ${paths.slice(0, 5).join(', ')}`);
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
