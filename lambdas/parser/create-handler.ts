import type { SQSHandler } from 'aws-lambda';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { type Environment, parserSchema, readConfig } from '../../shared/config.ts';
import type { Platform } from '../../shared/platform.ts';
import { answerUploads } from './answer-uploads.ts';
import type { ParserDependencies } from './dependencies.ts';

const dayMs = 86_400_000;

/** Wires the parser: every upload that a message of the uploads queue announces is imported. */
export const createHandler = (
  environment: Environment,
  platform: Platform,
  connect: Connect,
  toldTime?: ParserDependencies['toldTime'],
): SQSHandler => {
  const config = readConfig(parserSchema, environment);
  const { store, sendTo, delayRedeliveryIn } = connect(config);
  const dependencies: ParserDependencies = {
    ...platform,
    store,
    send: sendTo(config.BATCHES_QUEUE_URL),
    defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: config.GIVE_UP_AFTER },
    duplicateWindowMs: config.DUPLICATE_WINDOW_DAYS * dayMs,
    toldTime,
  };
  return messageLoop(({ body }) => answerUploads(body, dependencies), {
    ...platform,
    delayRedelivery: delayRedeliveryIn(config.UPLOADS_QUEUE_URL),
  });
};
