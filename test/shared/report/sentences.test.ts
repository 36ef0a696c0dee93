import { expect, it } from 'vitest';
import { localBucketName } from '../../../shared/bucket/keys.ts';
import { dropAgainOf } from '../../../shared/report/drop-again.ts';
import { storyOf } from '../../../shared/report/sentences.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { Tally } from '../../../shared/report/tally.ts';
import { fileFault } from '../../../shared/words/file-fault.ts';
import { problem } from '../../../shared/words/problem.ts';
import { aSummary } from '../../support/a-summary.ts';
import { anEndedRow } from '../../support/an-ended-row.ts';

const storyFor = (summary: Summary) => storyOf(summary, dropAgainOf(summary, {}));
const withKey = (key: string, bucket = 'a-bucket'): Summary => {
  const summary = aSummary({}, { rejected: 1 });
  return { ...summary, source: { ...summary.source, key, bucket } };
};

it.each([
  [
    'completed',
    'import',
    { created: 37 },
    'leads.csv was imported. 37 of 37 rows became leads at lumi. Nothing is left for you to do.',
  ],
  [
    'completed',
    'import',
    { created: 1, rejected: 2 },
    'leads.csv was imported. 1 of 3 rows became a lead at lumi. 2 rows need your attention.',
  ],
  [
    'completed',
    'dry-run',
    { valid: 3 },
    'leads.csv was checked. All 3 rows are fine. It was only checked: nothing was sent.',
  ],
  [
    'completed',
    'dry-run',
    { valid: 3, rejected: 1 },
    'leads.csv was checked. 1 of 4 rows needs your attention. It was only checked: nothing was sent.',
  ],
  [
    'cancelled',
    'import',
    { created: 5, failed: 95 },
    'leads.csv was cancelled. 5 of 100 rows became leads at lumi. 95 rows need your attention.',
  ],
  ['completed', 'import', {}, 'leads.csv was imported. The file has a header and no rows.'],
] as const)('an import that was %s (%s) with %j is told in a sentence', (state, mode, statuses, told) => {
  const { title, sentence } = storyFor(aSummary({ state, mode }, statuses));
  expect(`${title}. ${sentence}`).toBe(`sydney/${told}`);
});

it('what may be at lumi without anybody knowing comes before what has to be corrected', () => {
  const warnings = ['maybe_twice', 'same_lead'].map((code) => ({ code, column: '', count: 1, lines: [] }));
  const texts = storyFor(aSummary({ warnings }, { created: 5, rejected: 2, unconfirmed: 3 })).steps.map(
    ({ text }) => text,
  );
  expect(texts.map((text) => /twice|one lead with another row|unconfirmed|Open retry|Save/.exec(text)?.[0])).toEqual([
    'twice',
    'one lead with another row',
    'unconfirmed',
    'Open retry',
    'Save',
  ]);
});

it('rows that only have to be sent again need no correction', () => {
  const [first, second] = storyFor(aSummary({}, { created: 1, failed: 9 })).steps;
  expect(first?.text).toBe(
    'Take retry.xlsx: it holds the 9 rows that did not become leads. Nothing in them has to be corrected.',
  );
  expect(second?.text).toMatch(/^When you want them to be sent, drop it into incoming\/sydney\//);
});

const rowsIn = (code: string, column: string, count: number) => ({ code, column, message: '', count, lines: [] });
const stepsOf = (summary: Summary): string[] => storyFor(summary).steps.map(({ text }) => text);

it('documents that only have to be sent again need no correction, and those that may be there are looked for first', () => {
  const errors = [rowsIn('document_not_attached', 'documents', 2)];
  const [take] = stepsOf(aSummary({ errors }, { created_documents_incomplete: 2, failed: 99 }));
  expect(take).toBe(
    'Take retry.xlsx: it holds the 101 rows of which something is still to be sent. Nothing in them has to be corrected.',
  );
  const lost = [rowsIn('document_not_confirmed', 'documents', 3)];
  const [look, then] = stepsOf(aSummary({ errors: lost }, { created_documents_incomplete: 3 }));
  expect(look).toBe(
    'Look at lumi whether 3 leads have their documents: they were sent, and no answer came. report.csv names them. Take the rows out of retry.xlsx that lack none.',
  );
  expect(then).toContain('Nothing in them has to be corrected.');
});

it('rows that the workbook hides are to be shown, and are none that need no correction', () => {
  const errors = [rowsIn('hidden_row', '', 1)];
  const [open] = stepsOf(aSummary({ errors }, { created: 8, rejected: 4, not_sent: 1 }));
  expect(open).toBe(
    'Open retry.xlsx: it holds 5 rows and says for each what to do. Correct them. Show the hidden rows that are leads: one is hidden in it as in your workbook.',
  );
});

it('a missing column is called as people call it, and what the file calls it stays', () => {
  const what = 'The header has no column for customer.email (is it "customer.emial"?), loan.requested_amount.';
  const { fault } = storyFor(aSummary({ state: 'refused', faults: [fileFault('missing_column', what, 1)] }));
  expect(fault?.text).toBe('The header has no column for Email (is it "customer.emial"?), Loan Amount.');
});

it('an id that a person wrote and that is somebody else’s is a row that needs a person', () => {
  const errors = [rowsIn('other_lead', 'lead__Id', 1), rowsIn('lead_not_found', 'lead__Id', 2)];
  const { sentence } = storyFor(aSummary({ errors }, { created: 1, rejected: 3 }));
  expect(sentence).toBe('1 of 4 rows became a lead at lumi. 3 rows need your attention.');
});

it('details that were not sent are noticed, though nothing is left to do', () => {
  const tally = new Tally();
  tally.add(anEndedRow(2, 'duplicate', [problem('sent_otherwise', { what: '' })]));
  expect(tally.warnings).toEqual([{ code: 'sent_otherwise', column: '', count: 1, lines: [2] }]);
});

it('a mapping is for the next file where this one was sent, and for this one too where it was not', () => {
  const asks = (changes: Partial<Summary>): string | undefined => {
    const summary = aSummary(changes, { created: 1 });
    return storyFor({ ...summary, reports: { ...summary.reports, mapping: 'mapping.xlsx' } }).furtherSentences.join(
      ' ',
    );
  };
  expect(asks({})).toContain('this file need not be dropped again');
  expect(asks({ mode: 'dry-run' })).not.toContain('need not');
  expect(asks({ state: 'refused' })).not.toContain('need not');
});

it.each([
  ['incoming/a.csv', 'aws s3 cp retry.xlsx s3://a-bucket/incoming/a-retry.xlsx'],
  ['incoming/by state/all leads.csv.gz', "aws s3 cp retry.xlsx 's3://a-bucket/incoming/by state/all leads-retry.xlsx'"],
  ['validate/sydney/a.csv', 'aws s3 cp retry.xlsx s3://a-bucket/incoming/sydney/a-retry.xlsx'],
  ["incoming/it's;rm -rf.csv", undefined],
])('the command that drops the retry file of %s again is %s', (key, command) => {
  expect(dropAgainOf(withKey(key), {}).command).toBe(command);
});

it('a report of this machine names no command: without the address of the API the rows would go into the sandbox', () => {
  expect(dropAgainOf(withKey('incoming/a.csv', localBucketName), {})).toEqual({
    how: 'import it again with the command that the terminal showed',
  });
});

it('a file that was refused is told what is wrong, on which line, and what to do, each once', () => {
  const tip = 'Close the quote, or double it if it is part of the value.';
  const faults = [fileFault('unclosed_quote', 'A quote that opens on line 5 is never closed.', 5)];
  const story = storyFor(aSummary({ state: 'refused', faults }));
  expect(story).toMatchObject({
    sentence: 'Nothing of the file was sent.',
    fault: { text: 'A quote that opens on line 5 is never closed.', line: 5 },
  });
  expect(story.steps[0]?.text).toBe(tip);
});

it.each([
  [{ valid: 1 }, 'The row is fine. It was only checked: nothing was sent.', ['To send']],
  [{ valid: 5, not_sent: 5 }, 'All 10 rows are fine. It was only checked: nothing was sent.', ['To send']],
  [
    { valid: 1, rejected: 1 },
    '1 of 2 rows needs your attention. It was only checked: nothing was sent.',
    ['Correct', 'To send'],
  ],
])('a dry run of %j says what is left, and asks for no correction of good rows', (statuses, sentence, steps) => {
  const story = storyFor(aSummary({ mode: 'dry-run' }, statuses));
  expect(story.sentence).toBe(sentence);
  expect(story.steps.map(({ text }, at) => text.startsWith(steps[at] ?? '?'))).toEqual(steps.map(() => true));
});

it('a file that was only checked is sent by a command, where there is one', () => {
  const { steps } = storyOf(aSummary({ mode: 'dry-run' }, { valid: 3 }), { how: '', send: 'npm start -- a.csv' });
  expect(steps).toEqual([{ text: expect.stringMatching(/^To send the file/), command: 'npm start -- a.csv' }]);
});

it('a dry run of rows to answer names no retry file, which holds none of them', () => {
  const { steps } = storyFor(aSummary({ mode: 'dry-run' }, { valid: 2, unconfirmed: 1 }));
  expect(steps.map(({ text }) => text.slice(0, 7))).toEqual(['Open un', 'To send']);
});

it('a file that was refused for its rows says that nothing was sent, of a dry run too', () => {
  const faults = [fileFault('max_rejected_exceeded', '2 of 9 rows are rejected.')];
  const refused = storyFor(aSummary({ state: 'refused', faults }, { rejected: 2, not_sent: 7 }));
  expect(refused.steps.at(-1)?.text).toContain('The good rows were not sent either.');
  const checked = storyFor(aSummary({ state: 'refused', mode: 'dry-run', faults }, { rejected: 2, not_sent: 7 }));
  expect(checked.steps.map(({ text }) => text.slice(0, 7))).toEqual(['Correct', 'To send']);
});

it.each(['source_missing', 'importer_failed', 'invalid_mapping', 'unclosed_quote'] as const)(
  'a file that was refused for %s comes back in two steps, and is saved only where it was wrong',
  (code) => {
    const { steps } = storyFor(aSummary({ state: 'refused', faults: [fileFault(code, '')] }));
    expect(steps).toHaveLength(2);
    expect(steps.some(({ text }) => text.startsWith('Save the file'))).toBe(code === 'unclosed_quote');
  },
);

it('leads that an earlier import could not confirm are to be looked for, in an import and in a check', () => {
  const warnings = [{ code: 'duplicate_of_unconfirmed', column: '', count: 2, lines: [] }];
  for (const mode of ['import', 'dry-run'] as const) {
    const { sentence, steps } = storyFor(aSummary({ warnings, mode }, { created: 1, duplicate: 2 }));
    expect(sentence).toContain('2 ');
    expect(sentence).toMatch(/need your attention/);
    expect(steps[0]?.text).toMatch(/^Look at lumi whether 2 leads are there that an earlier import sent/);
    expect(steps.map(({ text }) => text).join(' ')).not.toContain('retry.xlsx');
  }
});

it('rows that had failed before their import was cancelled are not said to be cancelled', () => {
  const error = { code: 'cancelled', column: '', message: '', count: 2, lines: [] };
  const wordsOf = (failed: number) =>
    storyFor(aSummary({ state: 'cancelled', errors: [error] }, { failed })).endings[0]?.words;
  expect([wordsOf(2), wordsOf(3)]).toEqual([
    'failed: the import was cancelled before they were sent',
    'failed: the API kept failing on them, or time was over',
  ]);
});

it.each(['maybe_twice', 'same_lead'] as const)('a row that lacks documents and is %s is one row', (code) => {
  const tally = new Tally();
  const problems = [problem(code)];
  tally.add(anEndedRow(2, 'created_documents_incomplete', problems));
  tally.add(anEndedRow(3, 'created', problems));
  for (const line of [4, 5, 6]) tally.add(anEndedRow(line, 'created'));
  const { warnings, errors } = tally;
  expect(storyFor(aSummary({ warnings, errors }, tally.statuses)).sentence).toContain('2 rows need');
});

it('rows that share a lead are not told as leads of their own', () => {
  const warnings = [{ code: 'same_lead', column: '', count: 2, lines: [] }];
  expect(storyFor(aSummary({ warnings }, { created: 5 })).sentence).toBe(
    '5 of 5 rows became leads at lumi, 2 of them with another row as one lead. 2 rows need your attention.',
  );
});

it('whoever drops rows again is told the options that the file had, since without them they could be read otherwise', () => {
  const options = { mapping: 'crm', 'enforce-mandatories': 'false' };
  expect(dropAgainOf(withKey('incoming/a.csv'), options)).toEqual({
    how: 'drop it into incoming/ of the bucket a-bucket, with the options that the file had (mapping, enforce-mandatories)',
    command:
      'aws s3 cp retry.xlsx s3://a-bucket/incoming/a-retry.xlsx --metadata mapping=crm,enforce-mandatories=false',
    unconfirmedCommand:
      'aws s3 cp unconfirmed.csv s3://a-bucket/incoming/a-unconfirmed.csv --metadata mapping=crm,enforce-mandatories=false',
  });
  expect(dropAgainOf(withKey('incoming/a.csv'), { encoding: 'gbk' }).how).toBe(
    'drop it into incoming/ of the bucket a-bucket',
  );
  expect(dropAgainOf(withKey('incoming/a.xlsx'), { sheet: 'Leads: July' }).how).toBe(
    'drop it into incoming/ of the bucket a-bucket',
  );
  expect(dropAgainOf(withKey('incoming/a.csv'), { mapping: 'our crm' }).command).toBeUndefined();
  expect(dropAgainOf(withKey('incoming/a.csv', localBucketName), options).command).toBeUndefined();
});
