import type { SQSHandler } from 'aws-lambda';
import pLimit from 'p-limit';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { delayRedelivery } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { type Environment, readConfig, submitterSchema } from '../../shared/config.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { credentialSource } from '../../shared/leads-api/credentials.ts';
import { Gate } from '../../shared/leads-api/gate.ts';
import { openHttp } from '../../shared/leads-api/http.ts';
import { KnownLeads } from '../../shared/leads-api/known-leads.ts';
import { rateLimit } from '../../shared/leads-api/rate-limit.ts';
import { batchMessageSchema } from '../../shared/ledger/batch.ts';
import { parseState } from '../../shared/ledger/stored-json.ts';
import type { Platform } from '../../shared/platform.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { Listings } from './listings.ts';
import { submitBatch } from './submit-batch.ts';

const dependenciesOf = (environment: Environment, platform: Platform): SubmitterDependencies => {
  const config = readConfig(submitterSchema, environment);
  const { clock, chance } = platform;
  const backoff = { baseMs: config.BACKOFF_BASE_MS, capMs: config.BACKOFF_CAP_MS };
  const api = leadsApi({
    ...platform,
    http: openHttp(config.LUMI_API_URL, config.LEADS_IN_FLIGHT, config.ANSWER_TIMEOUT_MS),
    credentials: credentialSource(config),
    waitForTurn: rateLimit(clock, config.REQUESTS_PER_SECOND),
    documentEncoding: config.DOCUMENT_ENCODING,
  });
  return {
    ...platform,
    store: s3Store(s3Client(config), config.BUCKET_NAME),
    api,
    inFlight: pLimit(config.LEADS_IN_FLIGHT),
    gate: new Gate(clock, chance, backoff),
    known: new KnownLeads(),
    listings: new Listings(api, clock),
    listingSettleMs: config.LISTING_SETTLE_MS,
    lateCommitMs: 2 * config.ANSWER_TIMEOUT_MS,
    backoff,
  };
};

/** A handler of batch messages. `last`: whether a batch ends with this attempt, whatever is still open. */
export const batchHandler = (last: boolean, environment: Environment, platform: Platform): SQSHandler => {
  const config = readConfig(submitterSchema, environment);
  const dependencies = dependenciesOf(environment, platform);
  return messageLoop(
    ({ body, ...delivery }) => {
      const message = parseState(batchMessageSchema, body, 'a batch message');
      return submitBatch({ ...delivery, message, last }, dependencies);
    },
    { ...platform, delayRedelivery: delayRedelivery(sqsClient(config), config.BATCHES_QUEUE_URL) },
  );
};
