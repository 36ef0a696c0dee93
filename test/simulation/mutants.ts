import { apiMutants, hostileTests } from './api-mutants.ts';
import { cancellationMutants } from './cancellation-mutants.ts';
import { listingMutants } from './listing-mutants.ts';
import { memoryMutants } from './memory-mutants.ts';
import type { Mutant } from './mutant.ts';
import { paceMutants } from './pace-mutants.ts';
import { proofMutants } from './proof-mutants.ts';
import { readingMutants } from './reading-mutants.ts';
import { workbookMutants } from './workbook-mutants.ts';

const lease = 'shared/state/lease.ts';
const register = 'shared/memory/register.ts';

const submitBatch = 'lambdas/submitter/submit-batch.ts';
const sendRows = 'lambdas/submitter/send-rows.ts';
const stageRow = 'lambdas/parser/stage-row.ts';
const pageTests = ['test/lambdas/parser/pages.test.ts'];
const earlierImports = 'lambdas/parser/earlier-imports.ts';

/** Every guard of the protocols, each taken away in turn. */
export const mutants: readonly Mutant[] = [
  ...memoryMutants,
  ...apiMutants,
  ...listingMutants,
  ...cancellationMutants,
  ...paceMutants,
  ...proofMutants,
  ...readingMutants,
  ...workbookMutants,
  {
    name: 'every copy of a dead letter is sent again',
    file: 'shared/aws/move-messages.ts',
    guard: "if (move !== 'done') await send([move.body], move.group);",
    instead: "if (move !== 'done') for (const _ of copies) await send([move.body], move.group);",
    from: 95_573,
  },
  {
    name: 'the lease: taken although somebody holds it',
    file: lease,
    guard: 'if (stored !== undefined && stored.value.leaseUntil > request.now)',
    instead: 'if (stored !== undefined && stored.value.leaseUntil < 0)',
  },
  {
    name: 'the expiry margin: the lease ends before the invocation does',
    file: lease,
    guard: '({ deadline }: LeaseRequest): EpochMs => deadline + leaseMarginMs;',
    instead: '({ now }: LeaseRequest): EpochMs => now + 20_000;',
  },
  {
    name: 'the owner token: an own write that answers 412 is believed to be another’s',
    file: lease,
    guard: 'if (winner?.value.owner === request.owner)',
    instead: 'if (winner?.value.owner === undefined)',
  },
  {
    name: 'a lease is given back without a condition',
    file: lease,
    guard: 'await store.put(key, text, { ifMatch: etag });',
    instead: 'await store.put(key, text);',
  },
  {
    name: 'a lease that ran out makes nothing uncertain',
    file: lease,
    guard: "if (leaseBefore(journal) !== 'expiry') return journal;",
    instead: 'return journal;',
  },
  {
    name: 'an attempt that only looked makes rows uncertain',
    file: lease,
    guard: "return journal.sends ? 'expiry' : 'idle_expiry';",
    instead: "return 'expiry';",
  },
  {
    name: 'an attempt that may send one row alone makes all of them uncertain',
    file: submitBatch,
    guard: 'sends: stop === undefined && gate.isOpen',
    instead: 'sends: stop === undefined',
    tests: ['test/lambdas/submitter'],
  },
  {
    name: 'a row is sent before that is noted',
    file: sendRows,
    guard: 'if (!(await attempt.noteSending(store, row, alone)) || !(await sending.mayStart())) return false;',
    instead: 'if (!(await sending.mayStart())) return false;',
  },
  {
    name: 'what follows the row that was sent alone is not noted',
    file: 'lambdas/submitter/attempt.ts',
    guard: 'if (this.#lease.journal.sends) return true;',
    instead: 'if (this.#lease.journal.sends || !alone) return true;',
  },
  {
    name: 'a note that took effect although its answer failed costs the lease',
    file: lease,
    guard: 'if (!isOurs || stored.etag === etag) return undefined;',
    instead: 'if (stored !== undefined) return undefined;',
    tests: ['test/shared/state'],
  },
  {
    name: 'a document is refused by an API that does not know its lead yet',
    file: 'lambdas/submitter/attach-documents.ts',
    guard: 'if (httpStatus === 404 && isYoung(state, dependencies.clock.now()))',
    instead: 'if (false)',
    tests: ['test/lambdas/submitter'],
  },
  {
    name: 'what an attempt sent last is forgotten',
    file: sendRows,
    guard: 'const until = now + lateCommitMs;',
    instead: 'const until = now - 10 * lateCommitMs;',
    tests: hostileTests,
  },
  {
    name: '“stop when time runs low”',
    file: sendRows,
    guard: 'pace.opensBy(latest) && clock.now() < latest',
    instead: 'pace.opensBy(latest)',
  },
  {
    name: 'giving up: never',
    file: submitBatch,
    guard: 'message.last || now >= endsAt',
    instead: 'message.last',
    // Worlds that never give up run for months.
    tests: ['test/lambdas/submitter'],
  },
  {
    name: 'giving up does not wait for a listing that only needs its time',
    file: submitBatch,
    guard: '(stop !== undefined && !looksAgain(stop, leftBy(attempt, bounds, dependencies)))',
    instead: '(stop !== undefined)',
  },
  {
    name: 'giving up forgets what the listing says',
    file: submitBatch,
    guard: 'await reconcile(attempt, { deadline, all: stop !== undefined }, dependencies);',
    instead: 'if (stop === undefined) await reconcile(attempt, { deadline, all: false }, dependencies);',
  },
  {
    name: 'outcomes are written over others',
    file: 'shared/state/outcomes.ts',
    guard: 'JSON.stringify(outcomes), { ifAbsent: true }',
    instead: 'JSON.stringify(outcomes)',
  },
  {
    name: 'the manifest is written over another run’s',
    file: 'shared/state/manifest.ts',
    guard: 'JSON.stringify(manifest), { ifAbsent: true }',
    instead: 'JSON.stringify(manifest)',
  },
  {
    name: 'the register’s order: nobody is earlier',
    file: register,
    guard: "return { kind: 'entered', earlier: { entries: entries.slice(0, position), merged } };",
    instead: "return { kind: 'entered', earlier: { entries: [], merged } };",
  },
  {
    name: 'the register is written over other writers',
    file: register,
    guard: 'JSON.stringify({ version: stateVersion, ...next }), condition)',
    instead: 'JSON.stringify({ version: stateVersion, ...next }))',
  },
  {
    name: 'an import enters the register before its leads can be seen',
    file: earlierImports,
    guard: 'await store.upload(possibleLeadsKey(importId, digest), bytesOf(leads.encoded()), binary);',
    instead: '',
  },
  {
    name: 'a staged import holds leads that it left to another',
    file: earlierImports,
    guard: 'if (leads.hasUnclaimed) await',
    instead: 'if (importId === run) await',
  },
  {
    name: 'earlier imports are not asked',
    file: stageRow,
    guard: 'if (known !== undefined && !isLifted(known, understood)) {',
    instead: 'if (known !== undefined && line < 0) {',
  },
  {
    name: 'duplicates in one file',
    file: stageRow,
    guard: 'if (firstLine !== line) {',
    instead: 'if (firstLine < 0) {',
  },
  {
    name: 'the ledger forgets unconfirmed leads',
    file: 'lambdas/reporter/created-leads.ts',
    guard: "isCreated(status) || status === 'unconfirmed';",
    instead: 'isCreated(status);',
  },
  {
    name: 'the ledger is never published',
    file: 'lambdas/reporter/write-report.ts',
    guard: 'await drafts.createdLeads.finish();',
    instead: 'await drafts.createdLeads.discard();',
  },
  {
    name: 'the totals assertion',
    file: 'lambdas/reporter/write-report.ts',
    guard: 'if (tally.rows === manifest.rows) return;',
    instead: 'if (tally.rows <= manifest.rows) return;',
  },
  {
    name: 'completeness: one batch less than all',
    file: 'lambdas/reporter/completeness.ts',
    guard: 'return finished === released.length;',
    instead: 'return finished > released.length;',
  },
  {
    name: 'the `Failed` list of a batch send',
    file: 'shared/aws/queue.ts',
    guard: 'entries = entries.filter(({ Id }) => failed.has(Id));',
    instead: 'entries = entries.filter(({ Id }) => failed.has(Id) && Id === undefined);',
  },
  {
    name: 'released batches: those with a little work are forgotten',
    file: 'lambdas/parser/stage-batches.ts',
    guard: 'released.push(stored.some(({ ended: status }) => status === undefined));',
    instead: 'released.push(stored.filter(({ ended: status }) => status === undefined).length > 1);',
  },
  {
    name: 'pages: the batch of a place is not looked at, whichever it is',
    file: 'shared/state/batch-pages.ts',
    guard: 'if (parsed.importId === importId && parsed.batch === batch) return parsed;',
    instead: 'if (parsed.importId === importId || parsed.batch === batch) return parsed;',
    tests: pageTests,
  },
  {
    name: 'pages: the second page numbers its batches from the beginning',
    file: 'lambdas/parser/stage-batches.ts',
    guard: 'first += groups.length;',
    instead: 'first = 0;',
    tests: pageTests,
  },
  {
    name: 'pages: one of long rows is not ended early',
    file: 'lambdas/parser/stage-batches.ts',
    guard: 'if (groups.length < limits.batchesPerPage && characters < limits.pageCharacters) continue;',
    instead: 'if (groups.length < limits.batchesPerPage) continue;',
    tests: pageTests,
  },
  {
    name: 'pages: a batch of long rows is not ended early',
    file: 'lambdas/parser/stage-batches.ts',
    guard: 'if (rows.length < limits.rowsPerBatch && characters < limits.batchCharacters) continue;',
    instead: 'if (rows.length < limits.rowsPerBatch) continue;',
    tests: pageTests,
  },
  {
    name: 'pages: a batch begins before its first byte',
    file: 'shared/state/batch-pages.ts',
    guard: 'end += length;',
    instead: 'end += length - 1;',
    tests: pageTests,
  },
  {
    name: 'a staged import whose release failed is never released',
    file: 'lambdas/parser/import-file.ts',
    guard: 'const known = await readManifest(store, importId);',
    instead:
      'const known = await readManifest(store, importId).then((one) => (one === undefined ? one : { ...one, pages: [] }));',
  },
  {
    name: 'a body that is not read keeps its connection',
    file: 'shared/bucket/object-store.ts',
    guard: 'await iterator.next().catch(() => undefined);',
    instead: '',
  },
  {
    name: 'time is not looked at again once a document is fetched',
    file: 'lambdas/submitter/attach-documents.ts',
    guard: 'await api.attach(document, sending)',
    instead: 'await api.attach(document)',
  },
  {
    name: 'a record that failed is taken for done',
    file: 'shared/aws/message-loop.ts',
    guard: "throw new RetryLater('the message is delivered again later');",
    instead: '',
  },
  {
    name: 'an error is the end of a message',
    file: 'shared/aws/message-loop.ts',
    guard: "return { kind: 'retry', afterMs: backoffMs(delivery.receives, chance.fraction(), messageBackoff) };",
    instead: "return { kind: 'done' };",
  },
  {
    name: 'work goes on behind the answer',
    file: 'shared/map-concurrently.ts',
    guard: 'return await pMap(items, calls.map, { concurrency });\n  } finally {\n    await calls.allEnded();',
    instead: 'return await pMap(items, calls.map, { concurrency });\n  } finally {',
  },
  {
    name: 'an earlier reading of the same upload is not looked for',
    file: 'shared/bucket/import-id.ts',
    guard: 'versionId ?? eventTime',
    instead: 'eventTime',
  },
  {
    name: 'a row’s data in the log',
    file: submitBatch,
    guard: "log('batch_finished', { ...namesOf(batch), rows: batch.rows.length });",
    instead: "log('batch_finished', { ...namesOf(batch), code: JSON.stringify(batch.rows[0]) });",
  },
];
