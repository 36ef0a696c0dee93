import { noStatuses } from '../../shared/report/progress-json.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { faultSentence } from '../../shared/words/file-fault.ts';

const importId = '20261123T032500Z-1a2b3c4d';
/** Where the report of `aSummary` is. */
export const reportFolder = `reports/sydney/leads/${importId}/`;

/** The summary of an import of `incoming/sydney/leads.csv`; its rows are those of the statuses. */
export const aSummary = (
  { faults = [], ...changes }: Partial<Omit<Summary, 'fileError'>>,
  statuses: Partial<Summary['statuses']> = {},
): Summary => ({
  importId,
  source: {
    bucket: 'lumi-lead-importer-prod',
    key: 'incoming/sydney/leads.csv',
    versionId: null,
    bytes: 1,
    encoding: 'utf-8',
    delimiter: ',',
    sheet: null,
    lineEnding: 'LF',
  },
  mode: 'import',
  state: 'completed',
  startedAt: '2026-11-23T03:25:00.000Z',
  finishedAt: '2026-11-23T03:26:00.000Z',
  rows: Object.values(statuses).reduce((sum, count) => sum + count, 0),
  statuses: { ...noStatuses(), ...statuses },
  documents: { attached: 0, failed: 0 },
  columns: { mapped: {}, ignored: [], keptOut: [] },
  warnings: [],
  errors: [],
  fileError: faults[0] === undefined ? null : { ...faults[0], message: faultSentence(faults[0]) },
  notSent: [],
  mapping: null,
  proof: null,
  faults,
  reports: {
    report: `${reportFolder}report.csv`,
    retry: `${reportFolder}retry.csv`,
    retryWorkbook: `${reportFolder}retry.xlsx`,
    html: `${reportFolder}report.html`,
  },
  ...changes,
});
