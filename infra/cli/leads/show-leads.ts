import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LeadFilter } from '../../../shared/leads-api/answers.ts';
import { PagingMemory, readPages } from '../../../shared/leads-api/listing.ts';
import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import { type Api, openApi, readApiUrl, sandboxFile } from '../places/open-api.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type LeadOptions, readLeadFilter } from './lead-filter.ts';
import { csvHeader, csvRows, leadDetails, tableRows } from './lead-text.ts';
import { pagesOf, patient, pauseOf } from './read-leads.ts';

type LeadFormat = 'table' | 'csv' | 'json';

/** Which API, as it was typed. */
interface ApiGiven {
  readonly apiUrl?: string | undefined;
  readonly state?: string | undefined;
}

/** Without an address there must be a sandbox whose leads were kept. */
export const checkKept = ({ apiUrl, state }: ApiGiven): void => {
  if (apiUrl !== undefined || (state !== undefined && existsSync(join(state, sandboxFile)))) return;
  throw new UsageError(`${state}: no import into the built-in sandbox was kept there; --api-url URL shows a real API.`);
};

const rowsIn = (format: LeadFormat, leads: readonly unknown[], width: number, first: boolean): string => {
  if (format === 'json') return leads.map((lead) => `${JSON.stringify(lead)}\n`).join('');
  if (format === 'csv') return `${first ? csvHeader() : ''}${csvRows(leads)}`;
  return leads.length === 0 ? '' : tableRows(leads, width, first);
};

const leadCount = (count: number): string => (count === 1 ? '1 lead' : `${count} leads`);

/** How wide a table is that goes into a file. */
const widthOfFiles = 160;

/** What is shown of the leads at lumi. */
interface Wanted {
  readonly filter: LeadFilter;
  readonly format: LeadFormat;
  /** One lead with everything that is known of it; it is an error where there is none. */
  readonly details: boolean;
}

/**
 * Writes the leads at lumi that match, page by page as they arrive.
 * @throws UsageError where the API does not serve them: in one line, with how many were written before
 */
const writeLeads = async ({ filter, format, details }: Wanted, api: Api, output: Output): Promise<void> => {
  const { pages, close } = pagesOf(api);
  const seen = new Set<string>();
  let counted = 0;
  let first = true;
  let shown = 0;
  try {
    for await (const page of readPages(patient(pages, filter, output.say), new PagingMemory())) {
      if (page.kind === 'trouble') {
        const before = shown === 0 ? '' : ` What is above (${leadCount(shown)}) is not all.`;
        throw new UsageError(`${troubleSentence(page.trouble)}${pauseOf(page.trouble)}.${before}`);
      }
      counted = page.count;
      // An API that does not know the filter answers with every lead, and one that does not page with the same ones.
      const isNew = page.leads.map(
        (lead) => lead !== undefined && !seen.has(lead.id) && (filter.id === undefined || filter.id === lead.id),
      );
      for (const lead of page.leads) if (lead !== undefined) seen.add(lead.id);
      const hasNews = first || isNew.includes(true);
      const news = page.sent.filter((_, index) =>
        page.leads[index] === undefined ? hasNews && filter.id === undefined : isNew[index],
      );
      shown += news.length;
      const text =
        details && format === 'table'
          ? news.map(leadDetails).join('')
          : rowsIn(format, news, output.width ?? widthOfFiles, first);
      first = false;
      await output.write(text);
      if (details && shown > 0) return;
      if (counted > shown && news.length > 0) output.say(`${shown} of ${counted} leads`);
    }
  } finally {
    await close();
  }
  if (details) throw new UsageError(`No lead at ${api.url} has the id ${visibleText(filter.id ?? '')}.`);
  const missing = filter.id === undefined && counted > shown;
  output.say(
    missing
      ? `The API counts ${counted} leads and showed ${shown}: the list changed meanwhile. Run the command again.`
      : `${leadCount(shown)}.`,
  );
};

const show = async (verb: string, given: ApiGiven, wanted: Wanted, output: Output): Promise<number> => {
  const { state } = given;
  const apiUrl = readApiUrl(given.apiUrl);
  if (apiUrl === undefined && state === undefined)
    throw new UsageError(`${verb} needs --api-url URL, or --state DIR for what the built-in sandbox keeps there.`);
  checkKept({ apiUrl, state });
  const api = await openApi({ apiUrl, state }, output.say);
  try {
    await writeLeads(wanted, api, output);
    return 0;
  } finally {
    await api.stop();
  }
};

/** Shows the leads at lumi that match. */
export const showLeads = async (
  options: ApiGiven & LeadOptions & { readonly csv?: boolean | undefined; readonly json?: boolean | undefined },
  output: Output,
): Promise<number> => {
  const { csv = false, json = false } = options;
  if (csv && json) throw new UsageError('Expected --csv or --json, not both.');
  const format = csv ? 'csv' : json ? 'json' : 'table';
  return show('leads', options, { filter: readLeadFilter(options), format, details: false }, output);
};

/** Shows everything that lumi says of one lead. */
export const showLead = async (
  id: string,
  options: ApiGiven & { readonly json?: boolean | undefined },
  output: Output,
): Promise<number> =>
  show('lead', options, { filter: { id }, format: options.json === true ? 'json' : 'table', details: true }, output);
