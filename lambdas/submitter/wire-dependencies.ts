import pLimit from 'p-limit';
import type * as z from 'zod/mini';
import type { submitterSchema } from '../../shared/config.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import type { CredentialSource } from '../../shared/leads-api/credentials.ts';
import { openHttp } from '../../shared/leads-api/http.ts';
import type { Platform } from '../../shared/platform.ts';
import { Cancellations } from '../../shared/state/cancellation.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { Gate } from './gate.ts';
import { KnownLeads } from './known-leads.ts';
import { Listings } from './listings.ts';
import { Pace } from './pace.ts';
import { Refusals } from './refusals.ts';
import { WaitingProgress } from './waiting-progress.ts';

/** What one instance of the submitter shares among all its batches. */
export const dependenciesOf = (
  config: z.output<typeof submitterSchema>,
  { store, sendResult }: Pick<SubmitterDependencies, 'store' | 'sendResult'>,
  { credentials, ...platform }: Platform & { readonly credentials: CredentialSource },
): SubmitterDependencies => {
  const { clock, chance } = platform;
  const backoff = { baseMs: config.BACKOFF_BASE_MS, capMs: config.BACKOFF_CAP_MS };
  const pace = new Pace({
    clock,
    chance,
    requestsPerSecond: config.REQUESTS_PER_SECOND,
    slowMs: config.ANSWER_TIMEOUT_MS / 3,
    backoff,
  });
  const api = leadsApi({
    ...platform,
    http: openHttp(config.LUMI_API_URL, config.LEADS_IN_FLIGHT, config.ANSWER_TIMEOUT_MS),
    credentials,
    paced: pace.around,
    documentEncoding: config.DOCUMENT_ENCODING,
  });
  return {
    ...platform,
    store,
    bucket: config.BUCKET_NAME,
    sendResult,
    api,
    provesOne: pLimit(1),
    inFlight: pLimit(config.LEADS_IN_FLIGHT),
    gate: new Gate(clock, chance, backoff),
    refusals: new Refusals(),
    pace,
    known: new KnownLeads(),
    listings: new Listings(api, clock),
    cancellations: new Cancellations(store, clock),
    waiting: new WaitingProgress(config.PROGRESS_EVERY_MS),
    listingSettleMs: config.LISTING_SETTLE_MS,
    lateCommitMs: 2 * config.ANSWER_TIMEOUT_MS,
    backoff,
  };
};
