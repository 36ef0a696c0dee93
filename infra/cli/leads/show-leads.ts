import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { visibleText } from '../../../shared/lead/problem.ts';
import type { LeadFilter } from '../../../shared/leads-api/answers.ts';
import { PagingMemory, readPages } from '../../../shared/leads-api/listing.ts';
import { type Api, sandboxFile } from '../open-api.ts';
import { UsageError } from '../usage-error.ts';
import { csvHeader, csvRows, leadDetails, tableRows } from './lead-text.ts';
import { pagesOf, patient, pauseOf, sentence } from './read-leads.ts';

export type LeadFormat = 'table' | 'csv' | 'json';

/** What `leads` and `lead ID` are to show. */
export interface LeadsArguments {
  readonly filter: LeadFilter;
  readonly format: LeadFormat;
  /** One lead with everything that is known of it; it is an error where there is none. */
  readonly details: boolean;
  readonly apiUrl: string | undefined;
  readonly state: string | undefined;
}

/** Without an address there must be a sandbox whose leads were kept. */
export const checkKept = ({ apiUrl, state }: Pick<LeadsArguments, 'apiUrl' | 'state'>): void => {
  if (apiUrl !== undefined || (state !== undefined && existsSync(join(state, sandboxFile)))) return;
  throw new UsageError(`${state}: no import into the built-in sandbox was kept there; --api-url URL shows a real API.`);
};

/** Where output goes. */
export interface Output {
  write(text: string): Promise<void>;
  /** Columns of the terminal; undefined where it is none. */
  readonly width: number | undefined;
  say(line: string): void;
}

const rowsIn = (format: LeadFormat, leads: readonly unknown[], width: number, first: boolean): string => {
  if (format === 'json') return leads.map((lead) => `${JSON.stringify(lead)}\n`).join('');
  if (format === 'csv') return `${first ? csvHeader() : ''}${csvRows(leads)}`;
  return leads.length === 0 ? '' : tableRows(leads, width, first);
};

const leadCount = (count: number): string => (count === 1 ? '1 lead' : `${count} leads`);

/** How wide a table is that goes into a file. */
const widthOfFiles = 160;

/**
 * Writes the leads at lumi that match, page by page as they arrive.
 * @throws UsageError where the API does not serve them: in one line, with how many were written before
 */
export const showLeads = async (
  { filter, format, details }: LeadsArguments,
  api: Api,
  output: Output,
): Promise<void> => {
  const { pages, close } = pagesOf(api);
  const seen = new Set<string>();
  let counted = 0;
  let first = true;
  try {
    for await (const page of readPages(patient(pages, filter, output.say), new PagingMemory())) {
      if (page.kind === 'trouble') {
        const before = seen.size === 0 ? '' : ` What is above (${leadCount(seen.size)}) is not all.`;
        throw new UsageError(`${sentence(page.trouble)}${pauseOf(page.trouble)}.${before}`);
      }
      counted = page.count;
      const news = page.sent.filter((_, index) => {
        const id = page.leads[index]?.id ?? JSON.stringify(page.sent[index]);
        // An API that does not know the filter answers with every lead.
        const isNew = !seen.has(id) && (filter.id === undefined || filter.id === id);
        if (isNew) seen.add(id);
        return isNew;
      });
      const text =
        details && format === 'table'
          ? news.map(leadDetails).join('')
          : rowsIn(format, news, output.width ?? widthOfFiles, first);
      first = false;
      await output.write(text);
      if (details && seen.size > 0) return;
      if (counted > seen.size && news.length > 0) output.say(`${seen.size} of ${counted} leads`);
    }
  } finally {
    await close();
  }
  if (details) throw new UsageError(`No lead at ${api.url} has the id ${visibleText(filter.id ?? '')}.`);
  const missing = filter.id === undefined && counted > seen.size;
  output.say(
    missing
      ? `The API counts ${counted} leads and showed ${seen.size}: the list changed meanwhile. Run the command again.`
      : `${leadCount(seen.size)}.`,
  );
};
