import { expect, it } from 'vitest';
import { isTimeZone, spokenDuration, spokenMoment } from '../../../shared/words/spoken-time.ts';

it.each([
  ['2026-11-25T02:03:04.567Z', 'Australia/Sydney', '25 November 2026, 1:03 pm AEDT'],
  ['2026-06-30T14:30:00Z', 'Australia/Sydney', '1 July 2026, 12:30 am AEST'],
  ['2026-11-25T02:03:04Z', 'Australia/Perth', '25 November 2026, 10:03 am AWST'],
  ['2026-11-25T02:03:04Z', 'UTC', '25 November 2026, 2:03 am UTC'],
])('%s in %s is %s', (iso, zone, spoken) => {
  expect(spokenMoment(iso, zone)).toBe(spoken);
});

it.each([
  [0, 'less than a second'],
  [1_000, '1 second'],
  [59_600, '1 minute'],
  [65_000, '1 minute 5 seconds'],
  [3_600_000, '1 hour'],
  [30_000_000, '8 hours 20 minutes'],
  [172_800_000 + 3_600_000, '2 days 1 hour'],
])('%s milliseconds are %s', (ms, spoken) => {
  expect(spokenDuration(ms)).toBe(spoken);
});

it('knows which time zones there are', () => {
  expect(['Australia/Sydney', 'Sydney', ''].map(isTimeZone)).toEqual([true, false, false]);
});
