import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import { endedRows } from '../../../shared/report/progress-json.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { type ImportStatus, statusOf } from '../places/known-imports.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { progressLine } from './import-text.ts';
import { Standstill } from './standstill.ts';

/**
 * Shows each change of an import until it has ended.
 * @throws ImportStuck where it runs in this process and does not get on
 */
export const follow = async (
  known: KnownImport,
  place: Place,
  show: (status: ImportStatus) => Promise<void> | void,
  clock?: Pick<Clock, 'now'>,
): Promise<Summary> => {
  const standstill = new Standstill(known, place, clock);
  for (let shown = ''; ; ) {
    const status = await statusOf(place.store, known);
    const line = progressLine(status);
    if (line !== shown) await show(status);
    shown = line;
    if (status.summary !== undefined) return status.summary;
    // The line tells the pace as well, which changes while nothing happens. What waits for the API says its next try.
    standstill.look(`${status.state} ${endedRows(status)} ${status.why}`);
    await sleep(place.pollMs);
  }
};
