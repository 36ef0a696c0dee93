import { expect, it } from 'vitest';
import { batchesPerInvocation, concurrency, functions, submitterConcurrency } from '../../infra/topology.ts';
import { longestUploadMs } from '../../shared/leads-api/http.ts';
import { limits } from '../../shared/limits.ts';

it.each([2, 3, 5, 10, 11, 37, 200])('all invocations together never exceed a limit of %i leads in flight', (leads) => {
  const { invocations, leadsEach } = submitterConcurrency(leads);
  expect(invocations).toBeGreaterThanOrEqual(2);
  expect(leadsEach).toBeGreaterThanOrEqual(1);
  expect(invocations * leadsEach).toBeLessThanOrEqual(leads);
  expect(invocations).toBeLessThanOrEqual(concurrency.submitter.most);
  // Enough rows that every place for a lead in flight is taken, and no more than an API that answers in five seconds
  // lets an invocation send.
  const rows = batchesPerInvocation(leadsEach) * limits.rowsPerBatch;
  expect(rows).toBeGreaterThanOrEqual(leadsEach);
  const longestMs = Math.ceil(rows / leadsEach) * 5_000;
  expect(leads < 10 || longestMs < functions.submitter.timeoutSeconds * 1000).toBe(true);
});

it('the largest document can be sent on the slowest line within one invocation', () => {
  // In base64, with its line breaks.
  const uploadMs = longestUploadMs(limits.maxDocumentBytes * 1.38);
  const invocationMs = functions.submitter.timeoutSeconds * 1000 - limits.savingMs;
  // It may be begun half a minute after the invocation.
  expect(uploadMs).toBeLessThan(invocationMs - 30_000);
});
