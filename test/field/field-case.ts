import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { exitCodeOf } from '../../infra/cli/places/known-imports.ts';
import type { Summary } from '../../shared/report/summary.ts';
import type { Status } from '../../shared/state/row-state.ts';
import { importFile } from '../corpus/corpus-harness.ts';
import type { FakeLeadsApi } from '../support/fake-leads-api.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';

/** What must hold of a case, each part of it; see the README beside it. */
export interface Expectation {
  readonly status?: Status;
  readonly statuses?: Readonly<Record<string, number>>;
  readonly exit?: number;
  readonly sent?: Readonly<Record<string, unknown>>;
  readonly sentWithout?: string;
  readonly documents?: number;
  readonly notSilent?: boolean;
  readonly orSent?: Readonly<Record<string, unknown>>;
  readonly orSentWithout?: string;
  readonly orWarning?: boolean;
  readonly orDocuments?: number;
  readonly never?: Readonly<Record<string, unknown>>;
  readonly neverSent?: readonly string[];
  readonly says?: string;
  readonly saysNot?: string;
  readonly fileSays?: string;
  readonly fileSaysNot?: string;
  readonly allRowsSay?: Readonly<Record<string, string>>;
  readonly warnLines?: Readonly<Record<string, number>>;
  readonly notDropped?: readonly string[];
  readonly anyOf?: readonly Expectation[];
}

export interface FieldCase {
  readonly name: string;
  readonly situation: string;
  readonly file: string;
  readonly line?: number;
  readonly documents?: string;
  readonly expect: Expectation;
}

export const directory = import.meta.dirname;

const reportRows = (report: Buffer, { source }: Summary): Outcome['rows'] => {
  const text = new TextDecoder((source.encoding ?? 'utf-8').replace('-bom', '')).decode(report);
  const rows = parse(text, {
    columns: true,
    delimiter: source.delimiter ?? ',',
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    comment: '',
    bom: true,
    from_line: text.startsWith('sep=') ? 2 : 1,
  }) as Record<string, string>[];
  return new Map(rows.map((row) => [Number(row['lead__Line']), row]));
};

type ApiLead = FakeLeadsApi['leads'][number];

/** What came of a file: what an outsider sees. */
export interface Outcome {
  readonly exit: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly fileMessage: string;
  readonly warnings: readonly { readonly code: string; readonly lines: readonly number[] }[];
  /** The report's rows, by the line on which they begin. */
  readonly rows: ReadonlyMap<number, Readonly<Record<string, string>>>;
  readonly leads: readonly ApiLead[];
  readonly documents: readonly string[];
}

/** Imports a file with the documents of a folder, as a laptop would. */
export const outcomeOf = async (
  file: string,
  bytes: Uint8Array,
  { documents, mapping }: { readonly documents?: string | undefined; readonly mapping?: object } = {},
): Promise<Outcome> => {
  const harness = new PipelineHarness();
  if (mapping !== undefined) harness.store.objects.set('mappings/corpus.json', Buffer.from(JSON.stringify(mapping)));
  if (documents !== undefined)
    for (const name of readdirSync(join(directory, documents)))
      harness.store.objects.set(`documents/${name}`, readFileSync(join(directory, documents, name)));
  const { summary, report } = await importFile(harness, file, bytes);
  return {
    exit: exitCodeOf(summary),
    statuses: Object.fromEntries(Object.entries(summary.statuses).filter(([, count]) => count > 0)),
    fileMessage: summary.fileError?.message ?? '',
    warnings: summary.warnings as Outcome['warnings'],
    rows: reportRows(report, summary),
    leads: harness.api.leads,
    documents: harness.api.documents.map(({ filename }) => filename),
  };
};

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);

const has = (lead: ApiLead | undefined, values: Readonly<Record<string, unknown>> = {}): boolean =>
  lead !== undefined && Object.entries(values).every(([path, value]) => at(lead.payload, path) === value);

const saidOf = (row: Readonly<Record<string, string>> | undefined): string =>
  [row?.['lead__Error'], row?.['lead__Tip'], row?.['lead__Warning'], row?.['lead__ErrorCode']].join(' ');

const matches = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || new RegExp(pattern, 'i').test(text);

/** Everything that an outcome fails of what was expected, in words; empty where it is right. */
export const shortcomings = (expected: Expectation, outcome: Outcome, line: number | undefined): string[] => {
  const { exit, statuses, fileMessage, warnings, rows, leads, documents } = outcome;
  const row = line === undefined ? undefined : rows.get(line);
  const lead = leads.find(({ id }) => id === row?.['lead__Id']);
  const said = saidOf(row);
  const wrong: string[] = [];
  const demand = (holds: boolean, what: string): void => void (holds || wrong.push(what));
  const {
    status,
    sent,
    sentWithout,
    notSilent,
    orSent,
    orSentWithout,
    orWarning,
    orDocuments,
    never,
    neverSent,
    anyOf,
  } = expected;
  demand(status === undefined || row?.['lead__Status'] === status, `status ${row?.['lead__Status']}: ${said}`);
  if (expected.statuses !== undefined)
    for (const [name, count] of Object.entries(expected.statuses))
      demand(
        (statuses[name] ?? 0) === count,
        `${name} ${statuses[name] ?? 0} of ${count}: ${JSON.stringify(statuses)}`,
      );
  demand(expected.exit === undefined || exit === expected.exit, `exit ${exit}`);
  demand(has(lead, sent) || sent === undefined, `not sent so: ${said}`);
  demand(
    sentWithout === undefined || (lead !== undefined && at(lead.payload, sentWithout) === undefined),
    'sent with it',
  );
  demand(expected.documents === undefined || documents.length === expected.documents, `documents ${documents.length}`);
  if (notSilent === true) {
    const isTold =
      (row?.['lead__Status'] === 'rejected' && matches(expected.says, said)) ||
      (orSent !== undefined && has(lead, orSent)) ||
      (orSentWithout !== undefined && lead !== undefined && at(lead.payload, orSentWithout) === undefined) ||
      (orWarning === true && (row?.['lead__Warning'] ?? '') !== '') ||
      (orDocuments !== undefined && documents.length === orDocuments);
    demand(isTold, `silent: ${row?.['lead__Status']} ${said}`);
  } else demand(matches(expected.says, said), `does not say: ${said}`);
  demand(expected.saysNot === undefined || !matches(expected.saysNot, said), `says: ${said}`);
  demand(never === undefined || !leads.some((each) => has(each, never)), 'was sent');
  const all = JSON.stringify(leads);
  for (const word of neverSent ?? []) demand(!all.includes(word), `${word} was sent`);
  demand(matches(expected.fileSays, fileMessage), `file does not say: ${fileMessage}`);
  demand(
    expected.fileSaysNot === undefined || !matches(expected.fileSaysNot, fileMessage),
    `file says: ${fileMessage}`,
  );
  for (const [number, pattern] of Object.entries(expected.allRowsSay ?? {}))
    demand(matches(pattern, saidOf(rows.get(Number(number)))), `line ${number}: ${saidOf(rows.get(Number(number)))}`);
  for (const [code, number] of Object.entries(expected.warnLines ?? {}))
    demand(
      warnings.some((each) => each.code === code && each.lines?.includes(number)),
      `${code} does not name ${number}`,
    );
  if (anyOf !== undefined) {
    const each = anyOf.map((one) => shortcomings(one, outcome, line));
    demand(
      each.some((found) => found.length === 0),
      each.map((found) => found.join(', ')).join(' | '),
    );
  }
  return wrong;
};
