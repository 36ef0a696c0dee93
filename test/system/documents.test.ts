import { describe, expect } from 'vitest';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import { itOnSystem, statusesOf } from '../support/embedded-system.ts';
import { aCsv, aRow } from '../support/sample-rows.ts';

describe.concurrent('guarantee 8: documents are attached at least once', () => {
  const bytes = (sizeBytes: number): Uint8Array =>
    Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31) % 256);

  itOnSystem('each document is attached byte for byte to the lead of its row', async ({ system }) => {
    const sizes = [1, 56, 57, 58, 3_000, 400_000];
    for (const size of sizes) await system.importer.upload(`documents/a/size ${size}.pdf`, bytes(size));
    const Documents = sizes.map((size) => `a/size ${size}.pdf`).join('; ');
    const done = await system.import('incoming/a.csv', aCsv([aRow(1, { Documents })]));
    expect(statusesOf(done)).toEqual(['created']);
    expect(done.summary.documents).toEqual({ attached: 6, failed: 0 });
    const stored = system.api.store.documents();
    expect(stored.map(({ filename }) => filename)).toEqual(sizes.map((size) => `size ${size}.pdf`));
    expect(stored.map(({ content }) => Buffer.from(content).equals(Buffer.from(bytes(content.length))))).toEqual(
      Array(6).fill(true),
    );
    expect(stored.map(({ content }) => content.length)).toEqual(sizes);
    expect(new Set(stored.map(({ leadId }) => leadId))).toEqual(new Set([done.report[0]?.['lead__Id']]));
    expect(done.report[0]?.['lead__Documents']).toBe(
      stored.map(({ id }, index) => `a/size ${sizes[index]}.pdf=${id}`).join(';'),
    );
  });

  itOnSystem('a missing document is found before the lead is sent, and its row is rejected', async ({ system }) => {
    const done = await system.import('incoming/a.csv', aCsv([aRow(1, { Documents: 'gone.pdf' }), aRow(2)]));
    expect(statusesOf(done)).toEqual(['rejected', 'created']);
    expect(done.report[0]?.['lead__ErrorCode']).toBe('document_missing:documents');
    expect(system.emails()).toEqual(['person2@example.com']);
    await system.importer.upload('documents/gone.pdf', 'found again');
    const again = await system.import('incoming/retry.csv', done.retryText);
    expect(statusesOf(again)).toEqual(['created']);
    expect(system.api.store.documents()).toHaveLength(1);
  });

  itOnSystem('a document that meets trouble is tried again, and the lead is not sent again', async ({ system }) => {
    await system.importer.upload('documents/one.pdf', 'one');
    await system.importer.upload('documents/two.pdf', 'two');
    system.api.setFaults(faultPlan(readFaults('document:2=503')));
    const done = await system.import('incoming/a.csv', aCsv([aRow(1, { Documents: 'one.pdf;two.pdf' })]));
    expect(statusesOf(done)).toEqual(['created']);
    expect(system.api.requests.create).toBe(1);
    expect(system.api.store.documents().map(({ filename }) => filename)).toEqual(['one.pdf', 'two.pdf']);
  });

  itOnSystem(
    'a document that is never attached leaves the lead incomplete, and its retry row sends only what is missing',
    async ({ system }) => {
      await system.importer.upload('documents/one.pdf', 'one');
      await system.importer.upload('documents/two.pdf', 'two');
      system.api.setFaults(faultPlan(readFaults('document:2-9999=503')));
      const done = await system.import('incoming/a.csv', aCsv([aRow(1, { Documents: 'one.pdf;two.pdf' })]), {
        'give-up-after': '30s',
      });
      expect(statusesOf(done)).toEqual(['created_documents_incomplete']);
      const [row] = done.retry;
      expect(row?.['lead__Documents']).toMatch(/^one\.pdf=[0-9a-f]{24};two\.pdf=!document_not_confirmed$/);
      system.api.setFaults(faultPlan([]));
      const again = await system.import('incoming/retry.csv', done.retryText);
      expect(statusesOf(again)).toEqual(['created']);
      expect(again.report[0]?.['lead__Id']).toBe(done.report[0]?.['lead__Id']);
      expect(system.api.store.documents().map(({ filename }) => filename)).toEqual(['one.pdf', 'two.pdf']);
      expect(system.api.store.all()).toHaveLength(1);
      const third = await system.import('incoming/report.csv', again.reportText);
      expect(statusesOf(third)).toEqual(['duplicate']);
      expect(system.api.store.documents()).toHaveLength(2);
    },
  );

  itOnSystem('documents are looked for in the folder that the file says, and nowhere else', async ({ system }) => {
    await system.importer.upload('documents/one.pdf', 'of somebody else');
    await system.importer.upload('documents/sydney/november/two.pdf', 'two');
    const csv = aCsv([aRow(1, { Documents: 'two.pdf' }), aRow(2, { Documents: 'one.pdf' })]);
    const done = await system.import('incoming/a.csv', csv, { 'documents-folder': 'sydney/november/' });
    expect(statusesOf(done)).toEqual(['created', 'rejected']);
    expect(done.report[0]?.['lead__Documents']).toMatch(/^two\.pdf=/);
    expect(done.report[1]?.['lead__Error']).toContain('not below documents/sydney/november/');
    expect(system.api.store.documents().map(({ content }) => Buffer.from(content).toString())).toEqual(['two']);
    const bad = await system.import('incoming/b.csv', csv, { 'documents-folder': '../reports' });
    expect(bad.summary.fileError?.message).toContain('expected a path without . or .. in it');
  });

  itOnSystem('a duplicate that names documents says how to attach them, and that works', async ({ system }) => {
    await system.importer.upload('documents/late.pdf', 'late');
    const first = await system.import('incoming/a.csv', aCsv([aRow(1)]));
    const second = await system.import('incoming/b.csv', aCsv([aRow(1, { Documents: 'late.pdf' })]));
    const id = first.report[0]?.['lead__Id'] ?? '';
    expect(second.report[0]?.['lead__Error']).toContain(`write ${id} into a column lead__Id`);
    const third = await system.import('incoming/c.csv', aCsv([aRow(1, { Documents: 'late.pdf', lead__Id: id })]));
    expect(statusesOf(third)).toEqual(['created']);
    expect(system.api.store.documents().map(({ leadId }) => leadId)).toEqual([id]);
  });

  itOnSystem('rows that came from a report with one lead__Id say no warning', async ({ system }) => {
    const [line] = (await system.import('incoming/a.csv', aCsv([aRow(1)]))).report;
    const again = ['one.pdf', 'two.pdf'].map((Documents) => ({ ...line, ...aRow(1, { Documents }) }));
    for (const name of ['one.pdf', 'two.pdf']) await system.importer.upload(`documents/${name}`, name);
    const done = await system.import('incoming/b.csv', aCsv(again));
    expect(statusesOf(done)).toEqual(['created', 'created']);
    expect(done.summary.warnings).toEqual([]);
  });

  itOnSystem('a lead__Id that the API does not know is rejected, and nothing is created', async ({ system }) => {
    await system.importer.upload('documents/late.pdf', 'late');
    const table = [
      aRow(1, { Documents: 'late.pdf', lead__Id: '0123456789abcdef01234567' }),
      aRow(2, { Documents: 'late.pdf', lead__Id: '../x' }),
    ];
    const done = await system.import('incoming/a.csv', aCsv(table));
    expect(done.report.map((line) => line['lead__ErrorCode'])).toEqual([
      'lead_not_found:lead__Id',
      'invalid_lead_id:lead__Id',
    ]);
    expect(system.api.store.all()).toEqual([]);
  });
});
