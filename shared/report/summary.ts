import { lineEndingName } from '../csv/dialect.ts';
import { reportFiles, reportPrefix } from '../keys.ts';
import type { Manifest } from '../ledger/manifest.ts';
import { needsPerson, statuses } from './status.ts';
import type { Tally } from './tally.ts';

/** `summary.json`, as `CONTRACT.md` describes it. */
export interface Summary {
  readonly importId: string;
  readonly source: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId: string | null;
    readonly bytes: number;
    readonly encoding: string;
    readonly delimiter: string;
    readonly lineEnding: string;
  };
  readonly mode: 'import' | 'dry-run';
  readonly state: 'completed' | 'refused';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly rows: number;
  readonly statuses: Tally['statuses'];
  readonly documents: { readonly attached: number; readonly failed: number };
  readonly columns: { readonly mapped: Readonly<Record<string, string>>; readonly ignored: readonly string[] };
  readonly warnings: Tally['warnings'];
  readonly errors: Tally['errors'];
  readonly fileError: Manifest['fileError'];
  readonly reports: { readonly report: string; readonly retry: string; readonly html: string };
}

/** @param finishedAt when the last row was settled, so that a second run of the reporter writes the same bytes */
export const summaryOf = (manifest: Manifest, tally: Tally, finishedAt: string): Summary => {
  const { importId, source } = manifest;
  const prefix = reportPrefix(source.key, importId);
  return {
    importId,
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId,
      bytes: source.bytes,
      encoding: source.encoding.name === 'utf-8' && source.encoding.mark ? 'utf-8-bom' : source.encoding.name,
      delimiter: source.dialect.delimiter,
      lineEnding: lineEndingName(source.dialect.lineEnding),
    },
    mode: manifest.dryRun ? 'dry-run' : 'import',
    state: manifest.fileError === null ? 'completed' : 'refused',
    startedAt: manifest.startedAt,
    finishedAt,
    rows: tally.rows,
    statuses: tally.statuses,
    documents: tally.documents,
    columns: manifest.columns,
    warnings: tally.warnings,
    errors: tally.errors,
    fileError: manifest.fileError,
    reports: {
      report: `${prefix}${reportFiles.report}`,
      retry: `${prefix}${reportFiles.retry}`,
      html: `${prefix}${reportFiles.html}`,
    },
  };
};

/** Rows of an import that a person has to look at. */
export const rowsForPerson = ({ statuses: counts }: Pick<Summary, 'statuses'>): number =>
  statuses.filter(needsPerson).reduce((sum, status) => sum + counts[status], 0);
