import { prefixes } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { noStatuses, type Progress, progressFile, readProgress } from '../../../shared/report/progress-json.ts';
import { publishedSummary } from '../../../shared/report/published-summary.ts';
import { rowsForPerson, type Summary } from '../../../shared/report/summary.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { KnownImport, Place } from './place.ts';

/** How an import stands. */
export interface ImportStatus extends Progress {
  /** The key of the file. */
  readonly file: string;
  /** Where the report is; undefined before. */
  readonly summary: Summary | undefined;
}

const pattern = /^(reports\/.*\/(\d{8}T\d{6}Z-[0-9a-f]{8})\/)[^/]+$/;

/** The imports of a place, or of one folder of its reports, the latest first. */
export const knownImports = async (
  { store }: Place,
  folder: string = prefixes.reports,
): Promise<readonly KnownImport[]> => {
  const imports = new Map<string, KnownImport>();
  for await (const { key } of store.list(folder)) {
    const [, prefix, importId] = pattern.exec(key) ?? [];
    if (prefix !== undefined && importId !== undefined) imports.set(importId, { importId, prefix });
  }
  return [...imports.values()].toSorted((one, other) => (one.importId < other.importId ? 1 : -1));
};

/** @throws UsageError where there is no such import, or none at all */
export const findImport = async (place: Place, importId: string | undefined): Promise<KnownImport> => {
  const imports = await knownImports(place);
  const found = importId === undefined ? imports[0] : imports.find((one) => one.importId === importId);
  if (found !== undefined) return found;
  if (importId === undefined) throw new UsageError(`There is no import yet (${place.option}).`);
  throw new UsageError(`There is no import ${importId}; npm start -- imports ${place.option} lists them.`);
};

/** The summary of an import that has ended. */
export const readSummary = (store: ObjectStore, { prefix }: KnownImport): Promise<Summary | undefined> =>
  publishedSummary(store, prefix);

const fileOf = (prefix: string): string =>
  `${prefixes.incoming}${prefix.slice(prefixes.reports.length).split('/').slice(0, -2).join('/')}.csv`;

const whenEnded = (summary: Summary): Progress => {
  const { importId, state, rows, statuses, startedAt, finishedAt } = summary;
  return { importId, state, rows, statuses, startedAt, updatedAt: finishedAt, expectedEnd: finishedAt, why: null };
};

/** How an import stands: by its report, where there is one. */
export const statusOf = async (store: ObjectStore, known: KnownImport): Promise<ImportStatus> => {
  const { importId, prefix } = known;
  const summary = await readSummary(store, known);
  if (summary !== undefined) return { ...whenEnded(summary), file: summary.source.key, summary };
  const progress = await readProgress(store, `${prefix}${progressFile}`);
  const unknown = {
    importId,
    rows: 0,
    statuses: noStatuses(),
    startedAt: '',
    updatedAt: '',
    expectedEnd: null,
    why: null,
  };
  return { ...(progress ?? { ...unknown, state: 'reading' }), file: fileOf(prefix), summary: undefined };
};

/** What a command ends with for an import that has ended. */
export const exitCodeOf = (summary: Summary): 0 | 1 | 2 => {
  if (summary.state === 'refused') return 1;
  return rowsForPerson(summary) === 0 ? 0 : 2;
};
