import { describe, expect, it } from 'vitest';
import type { DocumentAnswer, DocumentUpload, Sending } from '../../../shared/leads-api/answers.ts';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

const minuteMs = 60_000;
const lostAnswer: DocumentAnswer = {
  kind: 'trouble',
  trouble: { code: 'server_error', httpStatus: 500 },
  mayBeThere: true,
};

/** A batch whose rows name documents, at an API that keeps each of them and loses the answers for which `loses` says so. */
const batchOf = (documents: readonly string[][], loses: (filename: string, minutes: number) => boolean) => {
  const harness = new SubmitterHarness(documents.map((names, index) => aCreateRow(index + 1, { documents: names })));
  for (const name of documents.flat()) harness.store.objects.set(`documents/${name}`, Buffer.from(name));
  harness.isAlone = true;
  const { api, clock } = harness;
  const begin = clock.now();
  const attach = api.attach.bind(api);
  api.attach = async (upload: DocumentUpload, sending?: Sending) => {
    const answer = await attach(upload, sending);
    return answer !== undefined && loses(upload.filename, (clock.now() - begin) / minuteMs) ? lostAnswer : answer;
  };
  const copies = (name: string): number => api.documents.filter(({ filename }) => filename === name).length;
  const minutes = (): number => (clock.now() - begin) / minuteMs;
  return { harness, copies, minutes };
};

describe('a document whose answers are lost', () => {
  it.each([
    ['alone in its import', [['a.pdf']]],
    ['among rows without trouble', [['a.pdf'], ['b.pdf'], [], ['c.pdf']]],
    ['with others of its row', [['b.pdf', 'a.pdf', 'c.pdf']]],
  ])('%s is sent three times and holds no report', async (_, documents) => {
    const { harness, copies, minutes } = batchOf(documents, (name) => name === 'a.pdf');
    await harness.finish();
    expect(copies('a.pdf')).toBe(3);
    expect(minutes()).toBeLessThan(5);
    for (const name of documents.flat()) if (name !== 'a.pdf') expect(copies(name)).toBe(1);
    const row = documents.findIndex((names) => names.includes('a.pdf'));
    expect(harness.outcomes().states[row]).toMatchObject({
      status: 'created_documents_incomplete',
      documents: expect.arrayContaining([{ name: 'a.pdf', code: 'document_not_confirmed' }]),
      problems: [{ code: 'document_not_confirmed', what: expect.stringContaining('"a.pdf" was sent') }],
    });
    expect(harness.statuses().filter((status) => status !== 'created')).toHaveLength(1);
  });

  it('is one of all documents, each answered with a page, while the list is answered: none holds the report', async () => {
    const names = Array.from({ length: 12 }, (_, index) => [`${index}.pdf`]);
    const { harness, copies, minutes } = batchOf(names, () => true);
    await harness.finish();
    expect(new Set(harness.statuses())).toEqual(new Set(['created_documents_incomplete']));
    expect(Math.max(...names.map(([name = '']) => copies(name)))).toBe(3);
    // One asks at a time, with longer and longer pauses.
    expect(minutes()).toBeLessThan(180);
  });

  it('is attached once the answer arrives, and counts as what it is', async () => {
    const answers = [true, true, false].values();
    const loses = (name: string): boolean => name === 'a.pdf' && answers.next().value === true;
    const { harness, copies } = batchOf([['a.pdf'], ['b.pdf']], loses);
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
    expect(copies('a.pdf')).toBe(3);
  });

  it('says at the give-up time that it may be there', async () => {
    const { harness } = batchOf([['a.pdf'], ['b.pdf']], () => true);
    harness.api.listTrouble = 'server_error';
    await harness.finish(2_000);
    expect(harness.outcomes().states).toMatchObject(
      ['a.pdf', 'b.pdf'].map((name) => ({
        status: 'created_documents_incomplete',
        documents: [{ name, code: 'document_not_confirmed' }],
      })),
    );
  });
});

describe('an outage of ten hours', () => {
  const names = Array.from({ length: 12 }, (_, index) => [`${index}.pdf`]);

  it('ends no document, and one asks for all of them', async () => {
    const { harness, copies } = batchOf(names, (_, minutes) => minutes < 600);
    harness.api.listTrouble = 'server_error';
    const sent: number[] = [];
    while ((await harness.attempt()).kind === 'retry') {
      harness.clock.time += 15 * minuteMs;
      sent.push(harness.api.documents.length);
    }
    expect(new Set(harness.statuses())).toEqual(new Set(['created']));
    // While leads are answered each document is sent; then three in a row are lost, and after that one asks.
    expect(sent.slice(0, 6)).toEqual([12, 14, 15, 16, 17, 18]);
    expect(names.every(([name = '']) => copies(name) >= 1)).toBe(true);
  });
});

describe('a document that the line or the API cannot take', () => {
  const answered = async (answer: DocumentAnswer) => {
    const harness = new SubmitterHarness([aCreateRow(1, { documents: ['a.pdf'] })]);
    harness.store.objects.set('documents/a.pdf', Buffer.alloc(20_000_000));
    harness.api.documentAnswers = [answer];
    await harness.finish();
    expect(harness.events.filter(([event]) => event === 'attempt_started')).toHaveLength(1);
    return harness.outcomes().states[0];
  };

  it('ends as too slow, at once', async () => {
    expect(await answered({ kind: 'too_slow', trouble: { code: 'timed_out' } })).toMatchObject({
      status: 'created_documents_incomplete',
      documents: [{ name: 'a.pdf', code: 'document_too_slow' }],
      problems: [{ what: 'Documents names "a.pdf", which has 20.0 MB: the line to the API takes less than 1 Mbit/s.' }],
    });
  });

  it('says its size where that was refused', async () => {
    expect(await answered({ kind: 'refused', httpStatus: 413, message: 'too large' })).toMatchObject({
      documents: [{ name: 'a.pdf', code: 'document_refused' }],
      problems: [{ what: expect.stringMatching(/refused with status 413: too large\. It has 20\.0 MB\.$/) }],
    });
  });

  it('is not begun where the lease might end before it', async () => {
    const harness = new SubmitterHarness([aCreateRow(1, { documents: ['a.pdf'] })]);
    harness.store.objects.set('documents/a.pdf', Buffer.alloc(25 * 1024 * 1024));
    await harness.attempt({ timeMs: 3 * minuteMs });
    expect(harness.api.documents).toEqual([]);
    expect(harness.api.leads).toHaveLength(1);
    await harness.attempt();
    expect(harness.statuses()).toEqual(['created']);
  });
});
