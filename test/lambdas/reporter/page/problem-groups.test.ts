import { expect, it } from 'vitest';
import { ProblemGroups } from '../../../../lambdas/reporter/page/problem-groups.ts';
import { limits } from '../../../../shared/limits.ts';
import { problem } from '../../../../shared/words/problem.ts';
import { anEndedRow } from '../../../support/an-ended-row.ts';

const email = problem('invalid_email', { column: 'customer.email' });

it('rows that follow one another are a range, though a row may be several lines long', () => {
  const groups = new ProblemGroups();
  for (const line of [3, 6, 7]) groups.add(anEndedRow(line, 'rejected', [email]));
  groups.add(anEndedRow(8, 'created'));
  groups.add(anEndedRow(9, 'rejected', [email]));
  expect(groups.groups).toMatchObject([
    {
      code: 'invalid_email',
      rows: 4,
      more: 0,
      lines: [
        { from: 3, to: 7 },
        { from: 9, to: 9 },
      ],
    },
  ]);
});

it('a row that has one problem twice counts once', () => {
  const groups = new ProblemGroups();
  const missing = problem('document_missing', { column: 'documents', what: 'one.pdf' });
  groups.add(anEndedRow(2, 'rejected', [missing, { ...missing, what: 'two.pdf' }]));
  expect(groups.groups).toMatchObject([{ rows: 1, lines: [{ from: 2, to: 2 }] }]);
});

it('what nobody could confirm comes first, then what most rows have', () => {
  const groups = new ProblemGroups();
  const name = problem('required', { column: 'customer.first_name' });
  for (const line of [2, 3, 4]) groups.add(anEndedRow(line, 'rejected', line === 2 ? [email, name] : [name]));
  groups.add(anEndedRow(5, 'unconfirmed', [problem('unconfirmed')]));
  groups.add(anEndedRow(6, 'created', [problem('maybe_twice'), problem('required')]));
  expect(groups.groups.map(({ code, rows }) => [code, rows])).toEqual([
    ['unconfirmed', 1],
    ['maybe_twice', 1],
    ['required', 3],
    ['invalid_email', 1],
  ]);
});

it('names so many ranges and counts the rows of the others', () => {
  const groups = new ProblemGroups();
  for (let row = 0; row < 2 * limits.htmlRanges; row += 1) {
    groups.add(anEndedRow(3 * row + 2, 'rejected', [email]));
    groups.add(anEndedRow(3 * row + 3, 'created'));
  }
  const [group] = groups.groups;
  expect(group?.lines).toHaveLength(limits.htmlRanges);
  expect(group).toMatchObject({ rows: 2 * limits.htmlRanges, more: limits.htmlRanges });
});

it('gives the advice for most rows first', () => {
  const groups = new ProblemGroups();
  for (const [line, tip] of [
    [2, 'one'],
    [3, 'other'],
    [4, 'other'],
  ] as const)
    groups.add(anEndedRow(line, 'rejected', [{ ...email, tip }]));
  expect(groups.groups[0]?.tips).toEqual(['other', 'one']);
});
