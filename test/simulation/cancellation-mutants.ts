import type { Mutant } from './mutant.ts';

const cancelTests = ['test/lambdas/cancellation.test.ts'];

/** Guards of cancelling an import, each removed. */
export const cancellationMutants: readonly Mutant[] = [
  {
    name: 'an attempt goes on sending although its import is cancelled',
    file: 'lambdas/submitter/send-rows.ts',
    guard: '(await cancellations.of(importId)) === undefined && gate.pausedForMs === 0',
    instead: 'gate.pausedForMs === 0',
    tests: ['test/lambdas/cancellation.test.ts'],
  },
  {
    name: 'a cancellation is not asked for again once the journal is there',
    file: 'lambdas/submitter/submit-batch.ts',
    guard: 'await cancellations.ask(message.importId);',
    instead: '',
    tests: cancelTests,
  },
  {
    name: 'a batch that an attempt has begun counts as never begun once its import is cancelled',
    file: 'lambdas/reporter/report-import.ts',
    guard: '(cancelledAt !== undefined && (await batchesUnderWay(store, manifest.importId)).length === 0)',
    instead: 'cancelledAt !== undefined',
  },
  {
    name: 'what a submitter ended after the cancellation changes the report',
    file: 'lambdas/reporter/ended-rows.ts',
    guard: 'states.every(wasCancelled) ? undefined : outcomes?.finishedAt',
    instead: 'outcomes?.finishedAt',
    tests: cancelTests,
  },
  {
    name: 'a cancellation is not final',
    file: 'shared/state/cancellation.ts',
    guard: 'if (marked !== undefined) return marked.value.at;',
    instead: '',
    tests: cancelTests,
  },
  {
    name: 'batches that are hidden are not woken when their import is cancelled',
    file: 'lambdas/reporter/wake-cancelled.ts',
    guard: 'batchMessages(manifest, underWay)',
    instead: 'batchMessages(manifest, [])',
    tests: cancelTests,
  },
  {
    name: 'batches of a cancelled import are released',
    file: 'lambdas/parser/release.ts',
    guard:
      "if ((await readCancellation(store, importId, clock)) !== undefined) return log('import_cancelled', { importId });",
    instead: '',
    tests: cancelTests,
  },
  {
    name: 'rows in doubt of a cancelled import are looked for without end',
    file: 'lambdas/submitter/next-delivery.ts',
    guard: 'now < soughtSince(state) + looksAfterCancellation * settleMs',
    instead: 'soughtSince(state) + looksAfterCancellation * settleMs > 0',
    tests: cancelTests,
  },
];
