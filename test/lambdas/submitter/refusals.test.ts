import { describe, expect, it } from 'vitest';
import type { LeadRefusal } from '../../../shared/leads-api/answers.ts';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

const minuteMs = 60_000;

const refusal = (message: string, isPage = false): LeadRefusal => ({
  kind: 'refused',
  httpStatus: 400,
  message,
  isPage,
});

/** A batch of so many rows, at an API that refuses what `refuses` says of a row's number and the minutes since it began. */
const batchOf = (rows: number, refuses: (row: number, minutes: number) => LeadRefusal | undefined) => {
  const harness = new SubmitterHarness(Array.from({ length: rows }, (_, index) => aCreateRow(index + 1)));
  harness.isAlone = true;
  const { api, clock } = harness;
  const begin = clock.now();
  const create = api.create.bind(api);
  let posts = 0;
  api.create = async (lead, enforce, sending) => {
    const { customer } = lead as { customer: { email: string } };
    const answer = refuses(Number(/\d+/.exec(customer.email)?.[0]), (clock.now() - begin) / minuteMs);
    if (answer === undefined) return create(lead, enforce, sending);
    if (sending !== undefined && !(await sending.mayStart())) return undefined;
    posts += 1;
    return answer;
  };
  const countOf = (status: string): number => harness.statuses().filter((each) => each === status).length;
  return { harness, countOf, posts: () => posts, minutes: () => (clock.now() - begin) / minuteMs };
};

describe('an outage that speaks in refusals', () => {
  it.each([
    ['in the same words', (_: number) => refusal('temporarily out of order')],
    ['in words that differ by a number', (row: number) => refusal(`request ${row}1234 could not be served`)],
    ['with a page', (row: number) => refusal(`Error ${row}`, true)],
  ])('%s rejects no good row, and one lead asks', async (_, refuses) => {
    const { harness, countOf, posts } = batchOf(30, (row, minutes) => (minutes < 60 ? refuses(row) : undefined));
    await harness.finish(200);
    expect(countOf('created')).toBe(30);
    // Ten until it is understood, then one an attempt.
    expect(posts()).toBeLessThan(40);
  });

  it('that begins in the middle of a batch rejects what came before it only', async () => {
    const { harness, countOf } = batchOf(60, (row, minutes) => {
      if (row === 3 || row === 40) return refusal('no such industry');
      return row > 20 && minutes < 30 ? refusal('down') : undefined;
    });
    await harness.finish(200);
    expect(countOf('created')).toBe(58);
    expect(countOf('rejected')).toBe(2);
  });
});

describe('refusals of leads', () => {
  it('are told at once, nine in a row in the same words, and any number in different ones', async () => {
    const nine = batchOf(9, () => refusal('no such industry'));
    await nine.harness.finish(1);
    expect(nine.countOf('rejected')).toBe(9);
    const words = ['email', 'phone', 'industry'];
    const many = batchOf(50, (row) => refusal(`bad ${words[row % 3]}`));
    await many.harness.finish(1);
    expect(many.countOf('rejected')).toBe(50);
  });

  it('are told at once where others are created between them, however many', async () => {
    const { harness, countOf } = batchOf(60, (row) => (row % 9 === 0 ? undefined : refusal('no such industry')));
    await harness.finish(1);
    expect(countOf('rejected')).toBe(54);
    expect(countOf('created')).toBe(6);
  });

  it.each([
    ['in the middle', (row: number) => row >= 20 && row < 40],
    ['first', (row: number) => row <= 25],
    ['with pages', (row: number) => row >= 20 && row < 28],
  ])(
    '%s, one behind the other in the same words, are told once the API has created others meanwhile',
    async (where, isBad) => {
      const { harness, countOf, minutes } = batchOf(60, (row) =>
        isBad(row) ? refusal('no such industry', where === 'with pages') : undefined,
      );
      await harness.finish(20);
      const bad = Array.from({ length: 60 }, (_, index) => index + 1).filter(isBad).length;
      expect({ rejected: countOf('rejected'), created: countOf('created') }).toEqual({
        rejected: bad,
        created: 60 - bad,
      });
      expect(minutes()).toBeLessThan(1);
    },
  );

  it('that come as a page are told where others are created after them', async () => {
    const { harness, countOf } = batchOf(5, (row) => (row === 2 ? refusal('Bad word', true) : undefined));
    await harness.finish(1);
    expect(countOf('rejected')).toBe(1);
    expect(harness.messages()[1]).toContain('refused the lead with status 400: Bad word');
  });

  it('that come as a page for the last row are told after three attempts in which the API answers for others', async () => {
    const { harness, countOf, minutes } = batchOf(5, (row) => (row === 5 ? refusal('Bad word', true) : undefined));
    await harness.finish(20);
    expect(countOf('rejected')).toBe(1);
    expect(harness.messages()[4]).toContain('status 400: Bad word');
    expect(minutes()).toBeLessThan(2);
  });

  it('that never end leave rows that say at the give-up time what the API did', async () => {
    const { harness, countOf } = batchOf(12, () => refusal('your account is closed'));
    await harness.finish(2_000);
    expect(countOf('failed')).toBe(12);
    expect(harness.messages()[0]).toContain('refuses one lead after the other for the same reason');
  });
});
