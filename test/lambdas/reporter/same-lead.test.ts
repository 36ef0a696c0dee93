import { expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { outcomesKey, reportPrefix } from '../../../shared/bucket/keys.ts';
import type { Outcomes } from '../../../shared/state/outcomes.ts';
import type { Ended } from '../../../shared/state/row-state.ts';
import { problem } from '../../../shared/words/problem.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

/** The report of an import of two rows that have one lead, of which the second ended so. */
const reportOf = async (second: Partial<Ended>) => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
  await harness.parse(upload);
  await harness.submit();
  const importId = importIdOf(upload);
  const key = outcomesKey(importId, 0);
  const outcomes = JSON.parse(harness.store.text(key) ?? '') as Outcomes;
  const [one, other] = outcomes.states as [Ended, Ended];
  const states = [one, { ...other, leadId: one.leadId, ...second }];
  await harness.store.put(key, JSON.stringify({ ...outcomes, states }));
  const summary = await harness.report(upload);
  return { summary, report: harness.store.text(`${reportPrefix(upload.key, importId)}report.csv`) ?? '' };
};

it('the lead of two rows is told before what is wrong with a document: where it would go comes first', async () => {
  const problems = [problem('document_refused', { column: 'documents' })];
  const documents = [{ name: 'a.pdf', code: 'document_refused' }];
  const { summary, report } = await reportOf({ status: 'created_documents_incomplete', problems, documents });
  expect(report).toContain('same_lead;document_refused:documents');
  expect(summary?.warnings).toEqual([{ code: 'same_lead', column: '', count: 1, lines: [3] }]);
});

it('a row that may be there twice is told to a person as that alone, once', async () => {
  const { summary, report } = await reportOf({ problems: [problem('maybe_twice')] });
  expect(report).not.toContain('same_lead');
  expect(summary?.warnings).toEqual([{ code: 'maybe_twice', column: '', count: 1, lines: [3] }]);
});
