import { reportHtml } from '../../lambdas/reporter/page/html.ts';
import { withLeadStates } from '../../lambdas/reporter/page/lead-states.ts';
import type { ProblemGroup } from '../../lambdas/reporter/page/problem-groups.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { cancelKey, reportPrefix } from '../../shared/bucket/keys.ts';
import { noStatuses } from '../../shared/report/progress-json.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { meaningOf } from '../../shared/words/problem.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow, rows, type SampleRow } from '../support/sample-rows.ts';

/** A broker's own names of the columns. */
const brokersNames: Readonly<Record<string, string>> = {
  Mobile: 'Mobile No.',
  Amount: 'Loan Amount ($)',
  Notes: 'Comments',
};

const renamed = (row: SampleRow): SampleRow =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [brokersNames[name] ?? name, cell]));

const brokersCsv = (table: readonly SampleRow[]): string => aCsv(table.map(renamed));

const pageOf = async (harness: PipelineHarness, key: string, csv: string | Uint8Array): Promise<string> => {
  const upload = harness.drop(key, csv);
  await harness.parse(upload);
  await harness.submit();
  await harness.report(upload);
  return harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.html`) ?? '';
};

/** 500 rows, of which 300 have a problem, of eight kinds. */
export const troubledTable = (): SampleRow[] => {
  const faults: readonly SampleRow[] = [
    { Email: 'not an address' },
    { Mobile: '12345' },
    { ABN: '12345678901' },
    { Amount: 'about 50k' },
    { Instalments: 'three years' },
    { 'First Name': '' },
    { 'Business Name': '' },
    { DOB: '31/02/1980' },
  ];
  return Array.from({ length: 500 }, (_, index) =>
    aRow(index, { DOB: '1980-02-03', ...(index >= 200 ? faults[Math.floor((index - 200) / 5) % faults.length] : {}) }),
  );
};

const withOutage = async (): Promise<string> => {
  const harness = new PipelineHarness();
  harness.options = { giveUpAfterMs: 3_600_000 };
  harness.api.script.push('good', 'lose', 'lose', ...Array.from({ length: 4_000 }, () => 'unauthorized' as const));
  return pageOf(harness, 'incoming/sydney/november.csv', brokersCsv(rows(40)));
};

const cancelled = async (): Promise<string> => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/november.csv', brokersCsv(rows(120)));
  const importId = importIdOf(upload);
  harness.store.objects.set(cancelKey(importId), Buffer.alloc(0));
  await harness.parse(upload);
  await harness.submit();
  await harness.report(upload);
  return harness.store.text(`${reportPrefix(upload.key, importId)}report.html`) ?? '';
};

const withDocumentsMissing = (): Promise<string> => {
  const table = rows(30).map((row, index) => ({ ...row, Documents: index % 3 === 0 ? `smith/id ${index}.pdf` : '' }));
  return pageOf(new PipelineHarness(), 'incoming/november.csv', brokersCsv(table));
};

const aMillion = (): string => {
  const statuses = { ...noStatuses(), created: 903_412, duplicate: 61_000, rejected: 35_580, unconfirmed: 8 };
  const codes = [
    'invalid_email',
    'invalid_phone',
    'required',
    'invalid_abn',
    'not_a_number',
    'too_long',
    'invalid_date',
  ] as const;
  const columns = ['customer.email', 'customer.phone', 'company.name', 'company.abn', 'loan.requested_amount'];
  const groups = codes.flatMap((code, one) =>
    columns.map(
      (column, other): ProblemGroup => ({
        code,
        column,
        meaning: meaningOf(code),
        tips: ['Write the value as the column needs it, and import retry.csv.'],
        rows: 7_000 - 900 * one - other,
        lines: Array.from({ length: 30 }, (_, at) => ({ from: 900_000 + at * 70, to: 900_012 + at * 70 })),
        more: 6_000 - 900 * one,
      }),
    ),
  );
  const importId = '20261125T020300Z-1a2b3c4d';
  const folder = `reports/sydney/all leads/${importId}/`;
  const summary: Summary = {
    importId,
    source: {
      bucket: 'lumi-lead-importer-prod-123456789012-ap-southeast-2',
      key: 'incoming/sydney/all leads.csv',
      versionId: null,
      bytes: 180_000_000,
      encoding: 'utf-8',
      delimiter: ',',
      sheet: null,
      lineEnding: 'CRLF',
    },
    mode: 'import',
    state: 'completed',
    startedAt: '2026-11-25T02:03:00.000Z',
    finishedAt: '2026-11-25T10:41:12.000Z',
    rows: Object.values(statuses).reduce((sum, count) => sum + count, 0),
    statuses,
    documents: { attached: 1_204, failed: 3 },
    columns: {
      mapped: { 'Applicant Email': 'customer.email', 'Mobile No.': 'customer.phone', Company: 'company.name' },
      ignored: Array.from({ length: 200 }, (_, at) => `Custom field ${at}`),
      keptOut: [],
    },
    warnings: [{ code: 'phone_zero_restored', column: 'customer.phone', count: 412_000, lines: [] }],
    errors: [],
    fileError: null,
    notSent: [],
    mapping: null,
    proof: {
      state: 'done',
      checkedAt: '2026-11-25T10:46:12.000Z',
      there: statuses.created,
      notThere: 0,
      twice: 0,
      other: 0,
    },
    faults: [],
    reports: {
      report: `${folder}report.csv`,
      retry: `${folder}retry.csv`,
      retryWorkbook: `${folder}retry.xlsx`,
      html: `${folder}report.html`,
    },
  };
  return reportHtml(summary, { groups, guesses: {}, options: {}, timeZone: 'Australia/Sydney' });
};

/** The pages that a broker may open, each made by the importer itself. */
export const pages: Readonly<Record<string, () => Promise<string> | string>> = {
  'all-created': () => pageOf(new PipelineHarness(), 'incoming/november.csv', brokersCsv(rows(37))),
  'three-hundred-problems': () => pageOf(new PipelineHarness(), 'incoming/november.csv', brokersCsv(troubledTable())),
  'refused-header': () =>
    pageOf(
      new PipelineHarness(),
      'incoming/november.csv',
      brokersCsv(rows(3)).replace('Email', 'Emial address').replace('ABN', 'Tax no'),
    ),
  'refused-quote': () => pageOf(new PipelineHarness(), 'incoming/november.csv', `${brokersCsv(rows(3))}"Ava,Smith\n`),
  'dry-run': () =>
    pageOf(new PipelineHarness(), 'validate/november.csv', brokersCsv([...rows(10), aRow(90, { Email: '?' })])),
  outage: withOutage,
  cancelled,
  'documents-missing': withDocumentsMissing,
  unconfirmed: async () => {
    const harness = new PipelineHarness();
    harness.options = { giveUpAfterMs: 3_600_000 };
    harness.api.listTrouble = 'server_error';
    harness.api.script.push('good', 'lose', 'lose');
    return pageOf(harness, 'incoming/sydney/november.csv', brokersCsv(rows(12)));
  },
  'lead-states': async () => {
    const page = await pageOf(new PipelineHarness(), 'incoming/november.csv', brokersCsv(rows(37)));
    const states = [
      { state: 'WAITING_FOR_CALL', leads: 20, amount: 1_250_000 },
      { state: 'FUNDED', leads: 14, amount: 840_000 },
      { state: '', leads: 3, amount: 0 },
    ];
    return withLeadStates(page, states, { askedAt: '2026-12-03T01:00:00Z', timeZone: 'Australia/Sydney' });
  },
  'a-million-rows': aMillion,
};
