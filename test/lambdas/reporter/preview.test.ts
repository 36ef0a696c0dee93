import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, aRow, rows } from '../../support/sample-rows.ts';

const previewOf = async (harness: PipelineHarness, key: string, csv: string) => {
  const upload = harness.drop(key, csv);
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  const text = harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}preview.csv`);
  return { summary, text, preview: parse(text ?? '', { columns: true, bom: true }) as Record<string, string>[] };
};

it('a dry run previews each row that would be sent, by lumi’s columns, as it would be sent', async () => {
  const harness = new PipelineHarness();
  harness.store.objects.set('documents/smith/id.pdf', Buffer.from('x'));
  const table = [
    aRow(1, {
      Mobile: '491570156',
      Amount: '$50,000',
      DOB: '27/03/1985',
      'Loan Purpose': 'Hiring; other',
      Documents: 'smith',
      Colour: 'red',
    }),
    aRow(2, { Email: 'nobody' }),
    ...rows(1),
    aRow(3, { Notes: '=1+1' }),
  ];
  const { summary, preview, text } = await previewOf(harness, 'validate/a.csv', aCsv(table));
  expect(summary?.statuses).toMatchObject({ valid: 3, rejected: 1 });
  expect(summary?.reports.preview).toContain('preview.csv');
  expect(preview.map((row) => row['lead__Line'])).toEqual(['2', '4', '5']);
  expect(preview[0]).toMatchObject({
    'customer.phone': '0491570156',
    'customer.date_of_birth': '1985-03-27',
    'loan.requested_amount': '50000',
    'loan.reason_for_loan': 'hiring;other',
    documents: 'smith/id.pdf',
  });
  expect(Object.keys(preview[0] ?? {})).not.toContain('Colour');
  expect(preview[2]?.['loan.notes']).toBe("'=1+1");
  expect(text).toContain('\r\n');
  expect(harness.api.leads).toEqual([]);
});

it('an import has no preview', async () => {
  const harness = new PipelineHarness();
  const { summary, text } = await previewOf(harness, 'incoming/a.csv', aCsv(rows(2)));
  expect([summary?.reports.preview, text]).toEqual([undefined, undefined]);
});
