import { expect, it } from 'vitest';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { attachedPrefix } from '../../shared/bucket/keys.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow } from '../support/sample-rows.ts';

/** A lead that is there, and a file that adds documents to it. */
const withLead = async () => {
  const harness = new PipelineHarness();
  for (const name of ['abn.pdf', 'bas.pdf']) harness.store.objects.set(`documents/${name}`, Buffer.from(name));
  const first = harness.drop('incoming/leads.csv', aCsv([aRow(1)]));
  await harness.parse(first);
  await harness.submit();
  await harness.report(first);
  const add = async (documents: string, id = 'lead1') => {
    const upload = harness.drop('incoming/add.csv', aCsv([{ lead__Id: id, ...aRow(1), Documents: documents }]));
    await harness.parse(upload);
    await harness.submit();
    return { upload, summary: await harness.report(upload) };
  };
  const names = () => harness.api.documents.map(({ filename }) => filename);
  return { harness, add, names };
};

it('documents that a file adds to a lead are attached once, however often the file is dropped', async () => {
  const { add, names } = await withLead();
  expect((await add('abn.pdf')).summary?.statuses.created).toBe(1);
  expect((await add('abn.pdf')).summary?.statuses.created).toBe(1);
  expect(names()).toEqual(['abn.pdf']);
});

it('what a later file names beside it is attached alone', async () => {
  const { add, names } = await withLead();
  await add('abn.pdf');
  expect((await add('abn.pdf;bas.pdf')).summary?.statuses.created).toBe(1);
  expect(names()).toEqual(['abn.pdf', 'bas.pdf']);
});

it('a document that was changed since, or another lead, is another matter', async () => {
  const { harness, add, names } = await withLead();
  await add('abn.pdf');
  harness.store.objects.set('documents/abn.pdf', Buffer.from('a better scan'));
  expect((await add('abn.pdf')).summary?.statuses.created).toBe(1);
  expect(names()).toEqual(['abn.pdf', 'abn.pdf']);
});

it('what was not attached is not noted: the file can be dropped again', async () => {
  const { harness, add, names } = await withLead();
  harness.api.documentAnswers = [{ kind: 'refused', httpStatus: 422, message: 'no such type' } as never];
  const { upload, summary } = await add('abn.pdf');
  expect(summary?.statuses.created_documents_incomplete).toBe(1);
  expect([...harness.store.objects.keys()].filter((key) => key.startsWith(attachedPrefix(importIdOf(upload))))).toEqual(
    [],
  );
  expect((await add('abn.pdf')).summary?.statuses.created).toBe(1);
  expect(names()).toEqual(['abn.pdf']);
});
