import { backoffMs } from '../../../shared/backoff.ts';
import { systemChance, systemClock } from '../../../shared/clock.ts';
import type { LeadFilter, Trouble, TroubleCode } from '../../../shared/leads-api/answers.ts';
import { type LeadPages, leadsApi } from '../../../shared/leads-api/client.ts';
import { fixedCredentials } from '../../../shared/leads-api/credentials.ts';
import { openHttp } from '../../../shared/leads-api/http.ts';
import type { PageAnswer } from '../../../shared/leads-api/listing.ts';
import { unpaced } from '../../../shared/leads-api/paced.ts';
import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import { limits } from '../../../shared/limits.ts';
import type { Api } from '../places/open-api.ts';

/** Trouble that a second try does not mend. */
const forGood: ReadonlySet<TroubleCode> = new Set([
  'credentials_missing',
  'credentials_refused',
  'forbidden',
  'redirected',
  'wrong_address',
]);

const maxAttempts = 5;
const longestWaitMs = 60_000;
/** The first wait is of a second. */
const backoff = { baseMs: 1_000, capMs: longestWaitMs };

/** How long the API wants no request, where that is longer than somebody at a terminal waits. */
export const pauseOf = ({ retryAfterMs = 0 }: Trouble): string =>
  retryAfterMs > longestWaitMs ? `; it asks to be left alone for ${Math.ceil(retryAfterMs / 60_000)} minutes` : '';

/** Asks again where that may help, at the pace that the API asks for. */
export const patient =
  (pages: LeadPages, filter: LeadFilter, say: (line: string) => void) =>
  async (page: Parameters<LeadPages['page']>[1]): Promise<PageAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await pages.page(filter, page);
      if (answer.kind !== 'trouble' || attempt === maxAttempts || forGood.has(answer.trouble.code)) return answer;
      const waitMs = Math.max(backoffMs(attempt, 1, backoff), answer.trouble.retryAfterMs ?? 0);
      if (waitMs > longestWaitMs) return answer;
      say(`${troubleSentence(answer.trouble)}; trying again in ${Math.ceil(waitMs / 1000)} s.`);
      await systemClock.sleep(waitMs);
    }
  };

/** The list of leads of an API, page by page. */
export const pagesOf = (api: Api): { readonly pages: LeadPages; close(): Promise<void> } => {
  const http = openHttp(new URL(api.url), 1, limits.headersTimeoutMs);
  const credentials = fixedCredentials(api);
  const pages = leadsApi({
    http,
    credentials,
    paced: unpaced,
    clock: systemClock,
    chance: systemChance,
    documentEncoding: 'base64',
  });
  return { pages, close: () => http.close() };
};
