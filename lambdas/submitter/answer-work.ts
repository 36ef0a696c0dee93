import type { Delivery, Verdict } from '../../shared/bucket/delivery.ts';
import { parseState } from '../../shared/bucket/stored-json.ts';
import { workMessageSchema } from '../../shared/state/proof.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { proveImport } from './proof/prove-import.ts';
import { submitBatch } from './submit-batch.ts';

/** Answers one message of the batches queue: a batch is taken one attempt further, or the proof of an import is. */
export const answerWork = ({ body, ...delivery }: Delivery, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const message = parseState(workMessageSchema, body, 'a message of the queue of batches');
  return 'batch' in message
    ? submitBatch({ ...delivery, message }, dependencies)
    : proveImport({ ...delivery, message }, dependencies);
};
