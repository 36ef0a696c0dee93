import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import { type LeadState, withLeadStates } from '../../../lambdas/reporter/page/lead-states.ts';
import { reportFiles } from '../../../shared/bucket/keys.ts';
import { markBytes } from '../../../shared/csv/encoding.ts';
import { writeRecords } from '../../../shared/csv/write.ts';
import type { LeadFilter } from '../../../shared/leads-api/answers.ts';
import { PagingMemory, readPages } from '../../../shared/leads-api/listing.ts';
import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import { localTimeZone } from '../../../shared/words/spoken-time.ts';
import { pagesOf, patient, pauseOf } from '../leads/read-leads.ts';
import { checkKept } from '../leads/show-leads.ts';
import { readTable } from '../places/input-file.ts';
import { openApi } from '../places/open-api.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** `statuses.csv`: beside the report, with what became of each lead since. */
const statusesFile = 'statuses.csv';
const statusColumns = ['lead__LumiStatus', 'lead__ApplicationStatus', 'lead__LumiUpdatedAt'];

/** Clocks differ, and an import begins before its first lead and ends behind its last. */
const marginMs = 15 * 60_000;

const statusSchema = z.object({
  id: z.string(),
  status: z.nullish(z.string()),
  lead_application_status: z.nullish(z.string()),
  updated_at: z.nullish(z.string()),
  loan: z.nullish(z.looseObject({ requested_amount: z.nullish(z.unknown()) })),
});

/** What the API says of a lead: its cells, and what it asks for. */
interface AtLumi {
  readonly cells: readonly string[];
  readonly amount: number;
}

type Statuses = ReadonlyMap<string, AtLumi>;

/** How many leads are in which state, and what they ask for. */
const statesOf = (statuses: Statuses, missing: number): LeadState[] => {
  const byState = Map.groupBy(statuses.values(), ({ cells: [state = ''] }) => state || 'unknown');
  const states = [...byState].map(([state, leads]) => ({
    state,
    leads: leads.length,
    amount: leads.reduce((sum, { amount }) => sum + amount, 0),
  }));
  return missing === 0 ? states : [...states, { state: '', leads: missing, amount: 0 }];
};

interface ReportedLead {
  /** Empty where the import created none. */
  readonly id: string;
  readonly cells: readonly string[];
}

/** A report that is being read, and how more rows are written as it is. */
interface OpenReport {
  readonly header: readonly string[];
  readonly rows: AsyncIterable<ReportedLead>;
  readonly mark: Buffer;
  write(cells: readonly string[]): Buffer;
}

/** Reads the report that was fetched, in its own format. */
const readReport = async <Result>(
  directory: string,
  read: (report: OpenReport) => Promise<Result>,
): Promise<Result> => {
  const result = await readTable(
    join(directory, reportFiles.report),
    async ({ header, format: { encoding, dialect }, records }) => {
      const [at, statusAt] = [reportColumns.leadId, reportColumns.status].map((name) => header.cells.indexOf(name));
      const rows = async function* () {
        for await (const record of records) {
          if (record.kind === 'fault') throw new Error(record.what);
          // A duplicate names the lead of another row, or of another import.
          const isCreated = record.cells[statusAt ?? -1]?.startsWith('created') === true;
          yield { id: isCreated ? (record.cells[at ?? -1] ?? '') : '', cells: record.cells };
        }
      };
      const write = (cells: readonly string[]): Buffer => writeRecords([{ cells, quoted: [] }], dialect, encoding);
      return { read: await read({ header: header.cells, rows: rows(), mark: markBytes(encoding), write }) };
    },
  );
  if (!('read' in result)) throw new Error(result.what);
  return result.read;
};

const createdIds = (directory: string): Promise<Set<string>> =>
  readReport(directory, async ({ rows }) => {
    const ids = new Set<string>();
    for await (const { id } of rows) if (id !== '') ids.add(id);
    return ids;
  });

/**
 * What the API says of an import's leads: it lists those of the time in which they were created, and the wanted are kept.
 * The others were there before, or are listed at another time: each of them is asked for by its id.
 */
const askStatuses = async (
  wanted: ReadonlySet<string>,
  { startedAt, finishedAt }: Summary,
  options: { readonly apiUrl?: string | undefined; readonly state?: string | undefined },
  say: (line: string) => void,
): Promise<Statuses> => {
  const api = await openApi({ apiUrl: options.apiUrl, state: options.state }, say);
  const { pages, close } = pagesOf(api);
  const found = new Map<string, AtLumi>();
  const dateFrom = new Date(Date.parse(startedAt) - marginMs).toISOString();
  const dateTo = new Date(Date.parse(finishedAt) + marginMs).toISOString();
  const ask = async (filter: LeadFilter): Promise<void> => {
    for await (const page of readPages(patient(pages, filter, say), new PagingMemory())) {
      if (page.kind === 'trouble')
        throw new UsageError(
          `${troubleSentence(page.trouble)}${pauseOf(page.trouble)}. The report is there, its statuses are not.`,
        );
      for (const sent of page.sent) {
        const lead = statusSchema.safeParse(sent).data;
        if (lead === undefined || !wanted.has(lead.id)) continue;
        const amount = Number(lead.loan?.requested_amount);
        const cells = [lead.status ?? '', lead.lead_application_status ?? '', lead.updated_at ?? ''];
        found.set(lead.id, { cells, amount: Number.isFinite(amount) ? amount : 0 });
      }
      if (found.size < wanted.size) say(`${found.size} of ${wanted.size} leads`);
    }
  };
  try {
    await ask({ dateFrom, dateTo });
    for (const id of wanted) if (!found.has(id)) await ask({ id });
  } finally {
    await close();
    await api.stop();
  }
  return found;
};

/**
 * Writes what became of the leads of an import beside its report, which was fetched before.
 * @throws UsageError where the API does not serve them
 */
export const writeStatuses = async (
  summary: Summary,
  directory: string,
  options: { readonly apiUrl?: string | undefined; readonly state?: string | undefined },
  say: (line: string) => void,
): Promise<void> => {
  const { apiUrl, state } = options;
  if (apiUrl === undefined && state === undefined)
    throw new UsageError('--statuses needs --api-url URL, and the credentials in LUMI_USERNAME and LUMI_PASSWORD.');
  checkKept({ apiUrl, state });
  const wanted = await createdIds(directory);
  const statuses = wanted.size === 0 ? new Map<string, AtLumi>() : await askStatuses(wanted, summary, options, say);
  await readReport(directory, async ({ header, rows, mark, write }) => {
    const lines = async function* () {
      yield mark;
      yield write([...statusColumns, ...header]);
      for await (const { id, cells } of rows)
        if (id !== '') yield write([...(statuses.get(id)?.cells ?? statusColumns.map(() => '')), ...cells]);
    };
    await pipeline(Readable.from(lines()), createWriteStream(join(directory, statusesFile)));
  });
  const missing = wanted.size - statuses.size;
  const page = join(directory, reportFiles.html);
  const moment = { askedAt: new Date().toISOString(), timeZone: localTimeZone() };
  await writeFile(page, withLeadStates(await readFile(page, 'utf8'), statesOf(statuses, missing), moment));
  say(
    `${join(directory, statusesFile)}: ${statuses.size} leads${missing === 0 ? '' : `; ${missing} of this import are not in the list of leads`}.`,
  );
};
