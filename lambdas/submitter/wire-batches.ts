import type { SQSHandler } from 'aws-lambda';
import pLimit from 'p-limit';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { delayRedelivery } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { type Environment, readConfig, submitterSchema } from '../../shared/config.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { credentialSource } from '../../shared/leads-api/credentials.ts';
import { openHttp } from '../../shared/leads-api/http.ts';
import { rateLimit } from '../../shared/leads-api/rate-limit.ts';
import { batchMessageSchema } from '../../shared/ledger/batch.ts';
import { parseState } from '../../shared/ledger/stored-json.ts';
import type { Platform } from '../../shared/platform.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { submitBatch } from './submit-batch.ts';

/** A handler of batch messages. `last`: whether a batch ends with this attempt, whatever is still open. */
export const batchHandler = (last: boolean, environment: Environment, platform: Platform): SQSHandler => {
  const config = readConfig(submitterSchema, environment);
  const api = leadsApi({
    ...platform,
    http: openHttp(config.LUMI_API_URL, config.LEADS_IN_FLIGHT, config.ANSWER_TIMEOUT_MS),
    credentials: credentialSource(config),
    waitForTurn: rateLimit(platform.clock, config.REQUESTS_PER_SECOND),
    documentEncoding: config.DOCUMENT_ENCODING,
  });
  const dependencies: SubmitterDependencies = {
    ...platform,
    store: s3Store(s3Client(config), config.BUCKET_NAME),
    api,
    inFlight: pLimit(config.LEADS_IN_FLIGHT),
    listingSettleMs: config.LISTING_SETTLE_MS,
    backoff: { baseMs: config.BACKOFF_BASE_MS, capMs: config.BACKOFF_CAP_MS },
  };
  return messageLoop(
    ({ body, deadline }) =>
      submitBatch({ message: parseState(batchMessageSchema, body, 'a batch message'), deadline, last }, dependencies),
    { ...platform, delayRedelivery: delayRedelivery(sqsClient(config), config.BATCHES_QUEUE_URL) },
  );
};
