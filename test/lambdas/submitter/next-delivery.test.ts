import { describe, expect, it } from 'vitest';
import {
  afterAttemptMs,
  afterPauseMs,
  giveUpAt,
  type Left,
  looksAgain,
  type SoughtState,
  untilNextLookMs,
} from '../../../lambdas/submitter/next-delivery.ts';

const now = 1_000_000_000_000;
const hour = 3_600_000;
const settleMs = 30_000;

const inDoubt = (until: number, more: Partial<Extract<SoughtState, { state: 'in_doubt' }>> = {}): SoughtState => ({
  state: 'in_doubt',
  tries: 1,
  sentAt: until - 1_000,
  until,
  ...more,
});

const left = (changes: Partial<Left>): Left => ({
  receives: 1,
  giveUpAfterMs: 24 * hour,
  giveUpAt: now + 24 * hour,
  now,
  sends: true,
  sought: [],
  trouble: undefined,
  listed: true,
  fruitless: 1,
  pausedForMs: 0,
  settleMs,
  backoff: { baseMs: 4_000, capMs: 60_000 },
  fraction: 0.5,
  ...changes,
});

/** The first moment that all batches share once the list has had its time. */
const untilGrid = Math.ceil((now + settleMs) / settleMs) * settleMs - now;

describe('after an attempt', () => {
  it.each<[string, Partial<Left>, number]>([
    ['the gate is paused and nothing else was met', { pausedForMs: 7_000 }, 7_000],
    ['a row met trouble: half of the back-off and as much again by chance', { trouble: { code: 'timed_out' } }, 3_000],
    ['the third attempt without anything gained', { trouble: { code: 'timed_out' }, fruitless: 3 }, 12_000],
    ['the attempt has got rows further', { trouble: { code: 'timed_out' }, fruitless: 0 }, 3_000],
    ['the API lets fewer requests through, whatever was tried', { trouble: { code: 'throttled' }, fruitless: 9 }, 0],
    ['the API says when', { trouble: { code: 'throttled', retryAfterMs: 90_000 } }, 90_000],
    ['rows in doubt wait for the list, and nothing is sent', { sends: false, sought: [inDoubt(now)] }, untilGrid],
    ['rows are sent before rows in doubt are looked for', { sought: [inDoubt(now)], pausedForMs: 2_000 }, 2_000],
    [
      'the list was in trouble',
      {
        sends: false,
        sought: [inDoubt(now - hour)],
        listed: false,
        trouble: { code: 'throttled', retryAfterMs: 50_000 },
      },
      50_000,
    ],
    ['the message was received ten times', { receives: 10, pausedForMs: 1_000 }, 1_000],
    ['the message was received eleven times: receives last', { receives: 11, pausedForMs: 1_000 }, 96_000],
    ['the give-up time is sooner', { giveUpAt: now + 500, pausedForMs: 7_000 }, 500],
    ['the give-up time is over', { giveUpAt: now - 500, pausedForMs: 7_000 }, 0],
  ])('%s', (_, changes, expected) => {
    expect(afterAttemptMs(left(changes))).toBe(expected);
  });
});

it.each([
  [0, 5_000],
  [0.5, 6_250],
  [0.999, 7_498],
])('batches that wait for a pause come back one after the other (chance %s)', (fraction, expected) => {
  expect(afterPauseMs(left({}), 5_000, fraction)).toBe(expected);
  expect(afterPauseMs(left({ giveUpAt: now + 100 }), 5_000, fraction)).toBe(100);
});

describe('the next look', () => {
  it.each<[string, readonly SoughtState[], number]>([
    ['waits until the list has had its time, at a moment that all batches share', [inDoubt(now)], untilGrid],
    ['is a settle time later for what was looked for already', [inDoubt(now - hour)], settleMs],
    [
      'is at once where one row is due and another is not',
      [inDoubt(now - hour), inDoubt(now)],
      Math.ceil((now + 1) / settleMs) * settleMs - now,
    ],
    [
      'is when the list is known to lack a row',
      [inDoubt(now, { absentFrom: now + 10 * settleMs })],
      Math.ceil((now + 10 * settleMs) / settleMs) * settleMs - now,
    ],
  ])('%s', (_, sought, expected) => {
    expect(untilNextLookMs(sought, now, settleMs)).toBe(expected);
  });
});

it('nothing is sent behind the give-up time of the batch, nor behind the memory of its queue', () => {
  const batch = { giveUpAfterMs: hour, latestEndAt: new Date(now + 2 * hour).toISOString() };
  expect([giveUpAt(batch, now), giveUpAt(batch, now + 2 * hour)]).toEqual([now + hour, now + 2 * hour]);
});

it.each<['cancelled' | 'gave_up', Partial<Left>, boolean]>([
  ['gave_up', { sought: [inDoubt(now)], listed: true }, true],
  ['gave_up', { sought: [inDoubt(now)], listed: false }, false],
  ['gave_up', { sought: [] }, false],
  ['cancelled', { sought: [inDoubt(now - 4 * settleMs)], listed: false }, true],
  ['cancelled', { sought: [inDoubt(now - 5 * settleMs)], listed: true }, false],
])('where nothing is sent any more (%s), %j: a last look is worth waiting for: %s', (stop, changes, expected) => {
  expect(looksAgain(stop, left(changes))).toBe(expected);
});
