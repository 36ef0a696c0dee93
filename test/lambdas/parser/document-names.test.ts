import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, aRow, type SampleRow } from '../../support/sample-rows.ts';

const importWith = async (documents: readonly string[], table: readonly SampleRow[], key = 'incoming/a.csv') => {
  const harness = new PipelineHarness();
  for (const name of documents) harness.store.objects.set(`documents/${name}`, Buffer.from(`what ${name} says`));
  const upload = harness.drop(key, aCsv(table));
  await harness.parse(upload);
  await harness.submit();
  await harness.report(upload);
  const report: Record<string, string>[] = parse(
    harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.csv`) ?? '',
    { columns: true },
  );
  return { harness, report, attached: harness.api.documents.map(({ filename }) => filename) };
};

const named = (cell: string, number = 1): SampleRow => aRow(number, { Documents: cell });

describe('a name in the column of documents', () => {
  it.each([
    ['id.pdf', ['id.pdf', 'ID.pdf'], ['id.pdf']],
    ['ID.PDF', ['id.pdf'], ['id.pdf']],
    ['Zoe\u0308.pdf', ['Zo\u00eb.pdf'], ['Zo\u00eb.pdf']],
    ['Zo\u00eb.pdf', ['Zoe\u0308.pdf'], ['Zoe\u0308.pdf']],
    ['shot 9.41 AM.png', ['shot 9.41\u202fAM.png'], ['shot 9.41\u202fAM.png']],
    ['scan\u00a01.pdf', ['scan 1.pdf'], ['scan 1.pdf']],
    ['O’Brien.pdf', ["O'Brien.pdf"], ["O'Brien.pdf"]],
    ['a\u2011b.pdf', ['a-b.pdf'], ['a-b.pdf']],
    ['Zoe\u0308/id.pdf', ['Zo\u00eb/id.pdf'], ['id.pdf']],
    [
      'smith',
      ['smith/id.pdf', 'smith/bank.pdf', 'smith/.DS_Store', 'smith/Thumbs.db', 'smith/old/x.pdf'],
      ['bank.pdf', 'id.pdf'],
    ],
    ['smith/', ['smith/id.pdf'], ['id.pdf']],
    ['documents/smith', ['smith/id.pdf'], ['id.pdf']],
    ['Smith', ['smith/id.pdf'], ['id.pdf']],
    ['smith', ['smith', 'smith/id.pdf'], ['smith']],
    ['smith/2026', ['smith/2026/id.pdf', 'smith/other.pdf'], ['id.pdf']],
    ['smith; bank.pdf', ['smith/id.pdf', 'bank.pdf'], ['id.pdf', 'bank.pdf']],
    ['smith; smith/id.pdf', ['smith/id.pdf'], ['id.pdf']],
  ])('%j of %j attaches %j', async (cell, documents, wanted) => {
    const { report, attached } = await importWith(documents, [named(cell)]);
    expect(report[0]?.['lead__Error']).toBe('');
    expect(attached).toEqual(wanted);
  });

  const twentyOne = Array.from({ length: 21 }, (_, number) => `many/${number}.pdf`);
  it.each([
    ['id.pdf', ['ID.pdf', 'Id.pdf'], 'document_ambiguous', 'ID.pdf" and "Id.pdf'],
    ['smith', ['smith/old/x.pdf'], 'document_missing', 'no file directly in it'],
    ['smith', ['smith/.DS_Store', 'smith/desktop.ini'], 'document_missing', 'no file directly in it'],
    ['many', twentyOne, 'too_many_documents', '21 files'],
    ['many; a.pdf', [...twentyOne.slice(0, 20), 'a.pdf'], 'too_many_documents', '21 files with those of its folders'],
    ['id.pdf|bank.pdf', ['id.pdf', 'bank.pdf'], 'document_missing', 'id.pdf;bank.pdf'],
    ['id.pdf, bank.pdf', ['id.pdf', 'bank.pdf'], 'document_missing', 'id.pdf;bank.pdf'],
    ['id', ['id.pdf'], 'document_missing', 'id.pdf'],
    ['gone.pdf', ['id.pdf'], 'document_missing', 'Upload the file'],
  ])('%j of %j is %s', async (cell, documents, code, said) => {
    const { report, attached } = await importWith(documents, [named(cell)]);
    expect(report[0]).toMatchObject({ lead__Status: 'rejected', lead__ErrorCode: `${code}:documents` });
    expect(`${report[0]?.['lead__Error']} ${report[0]?.['lead__Tip']}`).toContain(said);
    expect(attached).toEqual([]);
  });

  it('is looked for whatever else is wrong with the row, by a check too', async () => {
    for (const key of ['incoming/a.csv', 'validate/a.csv']) {
      const rows = [aRow(1, { Email: 'nobody', Documents: 'gone.pdf' }), named('gone.pdf', 2), named('empty.pdf', 3)];
      const { harness, report } = await importWith(['id.pdf'], rows, key);
      expect(report[0]?.['lead__ErrorCode']).toBe('invalid_email:customer.email;document_missing:documents');
      expect(report[1]?.['lead__Status']).toBe('rejected');
      expect(harness.api.leads).toEqual([]);
    }
  });

  it.each(['incoming/a.csv', 'validate/a.csv'])(
    'a name that is missing hides no document that is empty, for %s',
    async (key) => {
      const harness = new PipelineHarness();
      harness.store.objects.set('documents/empty.pdf', Buffer.alloc(0));
      const upload = harness.drop(key, aCsv([aRow(1, { Email: 'nobody', Documents: 'gone.pdf;empty.pdf' })]));
      await harness.parse(upload);
      const summary = await harness.report(upload);
      expect(summary?.errors.map(({ code }) => code).toSorted()).toEqual([
        'document_empty',
        'document_missing',
        'invalid_email',
      ]);
    },
  );

  it('a good row with a missing and an empty document is told both at once', async () => {
    const harness = new PipelineHarness();
    harness.store.objects.set('documents/empty.pdf', Buffer.alloc(0));
    const upload = harness.drop('incoming/a.csv', aCsv([aRow(1, { Documents: 'gone.pdf;empty.pdf' })]));
    await harness.parse(upload);
    const summary = await harness.report(upload);
    expect(summary?.errors.map(({ code }) => code).toSorted()).toEqual(['document_empty', 'document_missing']);
  });

  it('lists a folder once, however many rows name it', async () => {
    const harness = new PipelineHarness();
    const listed: string[] = [];
    const list = harness.store.list.bind(harness.store);
    harness.store.list = (prefix, after) => {
      if (prefix.startsWith('documents/')) listed.push(prefix);
      return list(prefix, after);
    };
    for (const name of ['smith/id.pdf', 'bank.pdf']) harness.store.objects.set(`documents/${name}`, Buffer.from('x'));
    const table = Array.from({ length: 150 }, (_, number) => named('smith;bank.pdf', number));
    await harness.parse(harness.drop('incoming/a.csv', aCsv(table)));
    expect(listed.toSorted()).toEqual(['documents/', 'documents/smith/']);
  });

  it('of a folder is kept with the row: a retry sends only what is missing, under its own name', async () => {
    const harness = new PipelineHarness();
    for (const name of ['smith/a.pdf', 'smith/b.pdf']) harness.store.objects.set(`documents/${name}`, Buffer.from('x'));
    harness.api.documentAnswers = [
      { kind: 'attached', documentId: 'one' },
      { kind: 'refused', httpStatus: 422, message: '' },
    ];
    const first = harness.drop('incoming/a.csv', aCsv([named('smith')]));
    await harness.parse(first);
    await harness.submit();
    await harness.report(first);
    const retry = harness.store.text(`${reportPrefix(first.key, importIdOf(first))}retry.csv`) ?? '';
    expect(retry).toMatch(/smith\/a\.pdf=[^;]+;smith\/b\.pdf=!document_refused/);
    const second = harness.drop('incoming/retry.csv', retry);
    await harness.parse(second);
    await harness.submit();
    expect((await harness.report(second))?.documents).toEqual({ attached: 2, failed: 0 });
    expect(harness.api.documents.map(({ filename }) => filename)).toEqual(['a.pdf', 'b.pdf']);
  });

  it('that a row could not find leaves its lead to the next import', async () => {
    const { harness } = await importWith([], [named('gone.pdf')]);
    harness.store.objects.set('documents/gone.pdf', Buffer.from('x'));
    const again = harness.drop('incoming/b.csv', aCsv([named('gone.pdf')]));
    await harness.parse(again);
    await harness.submit();
    expect((await harness.report(again))?.statuses).toMatchObject({ created: 1 });
  });
});
