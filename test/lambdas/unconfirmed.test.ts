import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CreatedLeads } from '../../lambdas/submitter/proof/created-leads.ts';
import type { Losing } from '../support/hostile-api.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { answered, codes, type Line, UnconfirmedStory } from '../support/unconfirmed-story.ts';
import { partsOf } from '../workbooks/parts-of.ts';

const allLost: Losing = () => 'after';
const noneThere: Losing = () => 'before';

describe('unconfirmed.csv and unconfirmed.xlsx', () => {
  it('are there where rows are unconfirmed, and say by what a lead is found at lumi', async () => {
    const story = new UnconfirmedStory(allLost);
    const { first, open } = await story.lost();
    expect(first.summary.reports).toMatchObject({
      unconfirmed: expect.stringMatching(/\/unconfirmed\.csv$/),
      unconfirmedWorkbook: expect.stringMatching(/\/unconfirmed\.xlsx$/),
    });
    expect(open[0]).toMatchObject({ lead__Status: 'unconfirmed', lead__Id: '' });
    expect(open[0]?.['lead__Tip']).toMatch(
      /^Look at lumi for .*person1@example\.com.*\$10,001, sent on \d+ November 2026, \d+:\d\d [ap]m AEDT\. Write the id that lumi shows into lead__Id, or none if the lead is not there\. Then drop the file\.$/,
    );
    const page = first.file('report.html') ?? '';
    expect(page).toContain('<a href="unconfirmed.xlsx">unconfirmed.xlsx</a>: it holds 3 rows');
    expect(page).not.toContain('person1@example.com');
    const key = first.summary.reports.unconfirmedWorkbook ?? '';
    const parts = await partsOf(story.harness.store.objects.get(key) ?? Buffer.alloc(0));
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('person1@example.com');
    const good = await story.drop(aCsv(rows(1, 50)));
    expect(good.file('unconfirmed.csv')).toBeUndefined();
    expect(good.summary.reports.unconfirmedWorkbook).toBeUndefined();
  });

  it('with the id that lumi shows a row is created, nothing is sent, and later imports know the lead', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost();
    const second = await story.drop(answered(open, ({ Email }) => story.idOf(Email)));
    expect(second.summary.statuses).toMatchObject({ created: 3 });
    expect(second.lines.map((line) => line['lead__Id'])).toEqual(['lead1', 'lead2', 'lead3']);
    expect(second.summary.proof, 'they were there before').toBeNull();
    expect(story.api.creations).toBe(3);
    const again = await story.drop(aCsv(rows(3)));
    expect(codes(again)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'duplicate_of_import']));
    const none = await story.drop(answered(open, () => 'none'));
    expect(codes(none)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'duplicate_of_import']));
    expect(story.api.creations).toBe(3);
  });

  it.each(['none', 'None', ' NONE '])('with %s a lead that is not there is sent, once', async (none) => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    const file = answered(open, () => none);
    const second = await story.drop(file);
    expect(second.summary.statuses).toMatchObject({ created: 3 });
    expect(story.api.leads).toHaveLength(3);
    const third = await story.drop(file);
    expect(third.summary.statuses).toMatchObject({ duplicate: 3, created: 0 });
    expect(story.api.leads).toHaveLength(3);
  });

  it('a changed cell beside none makes no other lead of it', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    const changed = open.map((line) => ({ ...line, Notes: 'called on Monday' }));
    const second = await story.drop(answered(changed, () => 'none'));
    expect(second.summary.statuses).toMatchObject({ created: 3 });
    const third = await story.drop(answered(open, () => 'none'));
    expect(codes(third)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'sent_otherwise']));
    expect(story.api.leads).toHaveLength(3);
  });

  it('none of an earlier report says nothing of what a later import left in doubt', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    story.losing = allLost;
    story.manners.order = () => [];
    const file = answered(open, () => 'none');
    const second = await story.drop(file);
    expect(second.summary.statuses).toMatchObject({ unconfirmed: 3 });
    const before = story.api.creations;
    story.losing = () => undefined;
    delete story.manners.order;
    const third = await story.drop(file);
    expect(codes(third)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'duplicate_of_unconfirmed']));
    expect(story.api.creations).toBe(before);
    const later = parse(second.file('unconfirmed.csv') ?? '', { columns: true }) as Line[];
    const fourth = await story.drop(answered(later, ({ Email }) => story.idOf(Email)));
    expect(fourth.summary.statuses).toMatchObject({ created: 3 });
  });

  it('while the import that none was dropped with is still running, a second drop sends nothing', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    const { harness } = story;
    const file = answered(open, () => 'none');
    const running = harness.drop('incoming/running.csv', file);
    await harness.parse(running);
    const waiting = harness.released.splice(0);
    const second = await story.drop(file);
    expect(codes(second)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'duplicate_of_import']));
    harness.released.push(...waiting);
    await harness.submit();
    expect((await harness.report(running))?.statuses).toMatchObject({ created: 3 });
    expect(story.api.leads).toHaveLength(3);
  });

  it('a preview shows what would be sent, and no lead that is there', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost(2);
    const file = answered(open, ({ Email }, index) => (index === 0 ? story.idOf(Email) : 'none'));
    const checked = await story.drop(file, 'validate');
    expect(checked.file('preview.csv')?.trim().split('\r\n')).toHaveLength(2);
    expect(checked.file('preview.csv')).not.toContain(open[0]?.['Email']);
    // Whose the id is, lumi is not asked: the row says so.
    expect(checked.lines.map((line) => line['lead__Warning'])).toEqual([
      expect.stringContaining('is asked only when'),
      '',
    ]);
  });

  it('left empty it stays unconfirmed, keeps its import, and can be answered later', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    const second = await story.drop(answered(open, () => ''));
    expect(codes(second)).toEqual(Array.from({ length: 3 }, () => ['unconfirmed', 'unconfirmed']));
    expect(story.api.leads).toEqual([]);
    const later = parse(second.file('unconfirmed.csv') ?? '', { columns: true }) as Line[];
    expect(later[0]?.['lead__Tip']).toMatch(
      /^Look at lumi for First1, Last1, person1@example.com, Company 1, 10001, sent on \d+ November 2026, .*\. Write the id that lumi shows into lead__Id, or none if the lead is not there. Then drop the file./,
    );
    const third = await story.drop(answered(later, () => 'none'));
    expect(third.summary.statuses).toMatchObject({ created: 3 });
  });

  it('an id that is not there, or is the lead of somebody else, is rejected and attaches nothing', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost();
    const wrong = answered(open, (_, index) => ['nowhere', 'lead1', ''][index]);
    const second = await story.drop(wrong);
    expect(codes(second)).toEqual([
      ['rejected', 'lead_not_found:lead__Id'],
      ['rejected', 'other_lead:lead__Id'],
      ['unconfirmed', 'unconfirmed'],
    ]);
    expect(second.lines[0]?.['lead__Tip']).toContain('or none where it is not there');
    expect(second.lines[1]?.['lead__Error']).toContain('another e-mail address and another phone');
    expect(second.summary.warnings.map(({ code }) => code)).not.toContain('other_lead');
    const retry = parse(second.file('retry.csv') ?? '', { columns: true }) as Line[];
    const cleared = await story.drop(answered(retry, () => ''));
    expect(codes(cleared)).toEqual(Array.from({ length: 2 }, () => ['unconfirmed', 'unconfirmed']));
    const third = await story.drop(answered(retry, ({ Email }) => story.idOf(Email)));
    expect(third.summary.statuses).toMatchObject({ created: 2 });
    expect(story.api.creations).toBe(3);
  });

  it('one of e-mail address and phone may differ: a person corrects them at lumi', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost();
    story.manners.rewrite = (view) => ({ ...view, stakeholder: { ...view.stakeholder, email: 'new@example.com' } });
    const second = await story.drop(answered(open, ({ Email }) => story.idOf(Email)));
    expect(second.summary.statuses).toMatchObject({ created: 3 });
  });

  it('none lifts no more than doubt, whatever report it comes from', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost();
    const anonymous = open.map(({ lead__Error: _, ...line }) => line);
    const second = await story.drop(answered(anonymous, () => 'none'));
    expect(second.summary.statuses).toMatchObject({ created: 3 });
    const third = await story.drop(answered(anonymous, () => 'none'));
    expect(codes(third)).toEqual(Array.from({ length: 3 }, () => ['duplicate', 'duplicate_of_import']));
    expect(story.api.leads).toHaveLength(3);
  });

  it('a wrong id is no answer: none beside it later lifts no doubt of an import in between', async () => {
    const story = new UnconfirmedStory(noneThere);
    const { open } = await story.lost(1);
    const second = await story.drop(answered(open, () => 'nowhere'));
    expect(codes(second)).toEqual([['rejected', 'lead_not_found:lead__Id']]);
    const none = answered(parse(second.file('retry.csv') ?? '', { columns: true }), () => 'none');
    story.losing = allLost;
    story.manners.order = () => [];
    expect((await story.drop(none)).summary.statuses).toMatchObject({ unconfirmed: 1 });
    story.losing = () => undefined;
    delete story.manners.order;
    expect(codes(await story.drop(none))).toEqual([['duplicate', 'duplicate_of_unconfirmed']]);
    expect(story.api.leads).toHaveLength(1);
  });

  it.each([
    ['rejected', undefined],
    ['not_sent', { count: 0 }],
  ])('none stays beside a row that ends as %s', async (status, maxRejected) => {
    const story = new UnconfirmedStory(noneThere);
    const { first, open } = await story.lost(1);
    const [line = {}] = open;
    const bad = { ...line, ABN: 'none at all', lead__Id: 'none' };
    const lines = maxRejected === undefined ? [bad] : [{ ...line, lead__Id: 'none' }, bad];
    story.harness.options = { ...(maxRejected !== undefined && { maxRejected }) };
    const second = await story.drop(aCsv(lines));
    story.harness.options = {};
    expect(second.lines[0]).toMatchObject({ lead__Status: status, lead__Id: 'none' });
    const [retry] = parse(second.file('retry.csv') ?? '', { columns: true }) as Line[];
    expect(retry?.['lead__Error']).toContain(`import ${first.summary.importId}`);
    const third = await story.drop(aCsv([{ ...retry, ABN: line['ABN'] ?? '' }]));
    expect(third.summary.statuses).toMatchObject({ created: 1 });
    expect(story.api.leads).toHaveLength(1);
  });

  it.each(['first', 'last'])(
    'the row that names a lead comes %s: another row with that lead creates none',
    async (at) => {
      const story = new UnconfirmedStory(allLost);
      const { open } = await story.lost(1);
      const [line = {}] = open;
      const named = { ...line, lead__Id: 'lead1' };
      const other = { ...line, lead__Id: 'none' };
      const second = await story.drop(aCsv(at === 'first' ? [named, other] : [other, named]));
      expect(second.summary.statuses).toMatchObject({ created: 1, duplicate: 1 });
      expect(story.api.leads).toHaveLength(1);
    },
  );

  it('one id beside two rows is told: one of them is of another lead', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost(2);
    const email = open[0]?.['Email'] ?? '';
    const second = await story.drop(aCsv(open.map((line) => ({ ...line, Email: email, lead__Id: 'lead1' }))));
    expect(codes(second)).toEqual([
      ['created', ''],
      ['created', 'same_lead'],
    ]);
  });

  it('an id that a person writes beside a duplicate is looked at too', async () => {
    const story = new UnconfirmedStory(allLost);
    await story.lost(2);
    const second = await story.drop(aCsv(rows(2)));
    expect(codes(second)).toEqual(Array.from({ length: 2 }, () => ['duplicate', 'duplicate_of_unconfirmed']));
    const swapped = second.lines.map((line, index) => ({ ...line, lead__Id: ['lead1', 'lead1'][index] ?? '' }));
    const third = await story.drop(aCsv(swapped));
    expect(codes(third)).toEqual([
      ['created', ''],
      ['rejected', 'other_lead:lead__Id'],
    ]);
  });

  it('a lead that a person has named was there before: it is not looked for as one of this import', async () => {
    const story = new UnconfirmedStory(allLost);
    const { open } = await story.lost();
    const [one, ...others] = open;
    const file = answered(open, ({ Email }) => (Email === one?.['Email'] ? 'none' : story.idOf(Email)));
    story.api.leads.splice(0, 1);
    const second = await story.drop(file);
    expect(second.summary.statuses).toMatchObject({ created: 3 });
    expect(second.summary.proof).not.toBeNull();
    const created = await CreatedLeads.read(story.harness.store, second.summary.importId);
    expect([created?.count, others.length]).toEqual([1, 2]);
  });
});
