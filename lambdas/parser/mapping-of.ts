import { prefixes, spokenMapping, triedMappings } from '../../shared/bucket/keys.ts';
import { abandonBody, type ObjectStore, type StoredObject } from '../../shared/bucket/object-store.ts';
import { headerRules } from '../../shared/header/find-header.ts';
import { type Mapping, noMapping } from '../../shared/header/mapping.ts';
import { headersIn, readMappingFile } from '../../shared/header/mapping-file.ts';
import { limits } from '../../shared/limits.ts';
import type { Manifest } from '../../shared/state/manifest.ts';
import type { TableFile } from '../../shared/table/open-by-kind.ts';
import { reportColumnOf } from '../../shared/table/report-columns.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import { foldedName } from '../../shared/words/folded-name.ts';

/** The mapping of an import, and how it came to it. */
export interface FoundMapping {
  readonly kind: 'mapping';
  readonly mapping: Mapping;
  /** Null where no mapping file applies. */
  readonly source: Manifest['mapping'];
  /** What is to be told of mapping files that were made for the same header, or for nearly the same. */
  readonly warnings: Manifest['warnings'];
}

/** A mapping that cannot be used. */
export interface WrongMapping {
  readonly kind: 'wrong';
  readonly fault: FileFault;
  /** The rest of it, where that still says what each column means. */
  readonly rest?: Mapping | undefined;
}

type Found = NonNullable<Manifest['mapping']>['found'];

type MappingWarning = 'several_mappings' | 'mapping_not_used' | 'changed_header';

/** A warning of a mapping file. */
const warningOf = (code: MappingWarning, key: string) => ({ code, column: key, lines: [] });

const none: FoundMapping = { kind: 'mapping', mapping: noMapping, source: null, warnings: [] };

/** `incoming/acme/2026/x.csv`: `acme/2026`, then `acme`. */
const foldersOf = (sourceKey: string): string[] => {
  const parts = sourceKey.split('/').slice(1, -1);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
};

/** A mapping of a name, in the forms that it may have. */
const keysOf = (name: string): string[] => ['.json', '.xlsx'].map((ending) => `${prefixes.mappings}${name}${ending}`);

const bytesOf = async ({ body }: StoredObject): Promise<Buffer> => Buffer.concat(await Array.fromAsync(body));

/** Reads a mapping file that is to be used; undefined where there is none. */
const load = async (
  store: ObjectStore,
  key: string,
  found: Found,
  warnings: FoundMapping['warnings'] = [],
): Promise<FoundMapping | WrongMapping | undefined> => {
  const stored = await store.get(key);
  if (stored === undefined) return undefined;
  const { versionId = null, sizeBytes } = stored;
  if (sizeBytes > limits.maxMappingBytes) {
    await abandonBody(stored.body);
    const what = `The mapping file ${spokenMapping(key)} has ${sizeBytes} bytes: expected at most ${limits.maxMappingBytes}.`;
    return { kind: 'wrong', fault: fileFault('invalid_mapping', what) };
  }
  const read = await readMappingFile(key, await bytesOf(stored));
  if ('mapping' in read) return { kind: 'mapping', mapping: read.mapping, source: { key, versionId, found }, warnings };
  const fault = fileFault('invalid_mapping', `The mapping file ${spokenMapping(key)} cannot be used: ${read.fault}.`);
  return { kind: 'wrong', fault, rest: read.rest };
};

/** A header as it is compared: names without regard to their order, an earlier report's own left out. */
const headerKey = (names: readonly string[]): string =>
  names
    .filter((name) => reportColumnOf(name) === undefined)
    .map(foldedName)
    .filter((name) => name !== '')
    .toSorted()
    .join('\n');

/** The mapping files that say what header they were made for, the latest first, by that header. Who only checks a file decides nothing for later ones. */
const madeForHeaders = async (store: ObjectStore): Promise<ReadonlyMap<string, readonly string[]>> => {
  const files = await Array.fromAsync(store.list(prefixes.mappings));
  const latest = files
    .filter(({ key, sizeBytes }) => /\.(?:json|xlsx)$/i.test(key) && sizeBytes <= limits.maxMappingBytes)
    .filter(({ key }) => !key.startsWith(`${prefixes.mappings}${triedMappings}`))
    .toSorted((one, other) => other.storedAt - one.storedAt || (one.key < other.key ? 1 : -1))
    .slice(0, limits.maxMappings);
  const keys = new Map<string, string[]>();
  for (const { key } of latest) {
    const stored = await store.get(key);
    const names = stored === undefined ? undefined : await headersIn(key, await bytesOf(stored));
    if (names === undefined) continue;
    const header = headerKey(names);
    keys.set(header, [...(keys.get(header) ?? []), key]);
  }
  return keys;
};

/** So much of two headers is equal where one is the other after a change. */
const nearlyEqual = 0.7;

/** The latest mapping files of the header that has most in common with another one, which it nearly is. */
const madeForNearly = (known: ReadonlyMap<string, readonly string[]>, header: string): readonly string[] => {
  const names = new Set(header.split('\n'));
  const likeness = (other: string): number => {
    const others = new Set(other.split('\n'));
    const common = [...names].filter((name) => others.has(name)).length;
    return common / (names.size + others.size - common);
  };
  const [nearest] = [...known].toSorted(([one], [other]) => likeness(other) - likeness(one));
  return nearest !== undefined && likeness(nearest[0]) >= nearlyEqual ? nearest[1] : [];
};

/**
 * The mapping file that was made for the header of a file; none where there is no such. An earlier report's rows are still
 * meant as its file's were where somebody has added a column of their own, removed or renamed one.
 */
const byHeader = async (
  store: ObjectStore,
  { table, sheet, enforceMandatories }: Pick<MappingQuestion, 'table' | 'sheet' | 'enforceMandatories'>,
): Promise<FoundMapping | WrongMapping> => {
  const known = await madeForHeaders(store);
  if (known.size === 0) return none;
  const usual = headerRules(noMapping, enforceMandatories);
  const header = {
    ...usual,
    isHeader: (cells: readonly string[]) => known.has(headerKey(cells)) || usual.isHeader(cells),
  };
  const opened = await table.read(
    async (csv) => {
      await csv.close();
      return { kind: 'header' as const, names: csv.header.cells };
    },
    { header, sheet },
  );
  // A file that cannot be read says so when it is read.
  if (opened.kind !== 'header') return none;
  const same = known.get(headerKey(opened.names));
  const [key, ...before] = same ?? madeForNearly(known, headerKey(opened.names));
  if (key === undefined) return none;
  const isReport = opened.names.some((name) => reportColumnOf(name) !== undefined);
  if (same === undefined && !isReport) return { ...none, warnings: [warningOf('mapping_not_used', key)] };
  const warnings = [
    ...(same === undefined ? [warningOf('changed_header', key)] : []),
    ...before.map((each) => warningOf('several_mappings', each)),
  ];
  return (await load(store, key, 'header', warnings)) ?? none;
};

/**
 * The mapping of an import: the one that its options name, otherwise that of its nearest sub-folder that has one, otherwise
 * the latest that was made for its header.
 */
export const mappingOf = async (
  store: ObjectStore,
  question: MappingQuestion,
): Promise<FoundMapping | WrongMapping> => {
  const { sourceKey, named } = question;
  if (named === 'none') return none;
  for (const name of named === undefined ? foldersOf(sourceKey) : [named]) {
    for (const key of keysOf(name)) {
      const loaded = await load(store, key, named === undefined ? 'folder' : 'option');
      if (loaded !== undefined) return loaded;
    }
  }
  if (named === undefined) return byHeader(store, question);
  const what = `The mapping file ${prefixes.mappings}${named}.json, or .xlsx, does not exist.`;
  return { kind: 'wrong', fault: fileFault('mapping_not_found', what) };
};

/** Of what a mapping is looked for. */
export interface MappingQuestion {
  readonly sourceKey: string;
  readonly table: TableFile;
  /** The sheet of a workbook that somebody has named. */
  readonly sheet: string | undefined;
  /** What the option says. */
  readonly named: string | undefined;
  readonly enforceMandatories: boolean;
}
