import { expect, it } from 'vitest';
import type { Row } from '../../../shared/state/batch.ts';
import { cancelled, endingOf } from '../../../shared/state/endings.ts';
import type { RowState } from '../../../shared/state/row-state.ts';

const lost = { tries: 1, trouble: 'connection_lost' };

it.each<[string, RowState]>([
  ['is in doubt', { ...lost, state: 'in_doubt', sentAt: 1, until: 2 }],
  ['was not seen in the list in its time', { ...lost, state: 'unsent', doubtedAt: 1, byTime: true }],
])('a row that %s when nothing is sent any more is unconfirmed, and says what kept its answer', (_, state) => {
  const { status, problems } = endingOf({ state } as Row, cancelled);
  expect([status, problems[0]?.what.split('Last error: ')[1]]).toEqual([
    'unconfirmed',
    'The connection to the Leads API was lost.',
  ]);
});

it('a row in doubt whose process was killed says no reason', () => {
  const state: RowState = { state: 'in_doubt', tries: 1, sentAt: 1, until: 2 };
  expect(endingOf({ state } as Row, cancelled).problems[0]?.what).not.toContain('Last error');
});

it.each([
  ['credentials_refused', /user name and password .* put right/],
  ['unreachable', /when the API is back/],
])('a row that was not sent since %s says what mends that', (lastTrouble, tip) => {
  const [problem] = endingOf({ state: { state: 'unsent', tries: 1 } } as Row, {
    code: 'gave_up',
    lastTrouble,
  }).problems;
  expect(problem?.tip).toMatch(tip);
});
