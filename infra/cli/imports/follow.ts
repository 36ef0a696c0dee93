import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type EpochMs, steadyClock } from '../../../shared/clock.ts';
import { endedRows } from '../../../shared/report/progress-json.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { type ImportStatus, statusOf } from '../places/known-imports.ts';
import type { OwnFault } from '../places/own-faults.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { progressLine } from './import-text.ts';

/** An import of this machine stands still for so long with a fault inside the importer: it will not go on by itself. */
const standstillMs = 30_000;

/** An import that a fault inside the importer keeps from its end. */
export class ImportStuck extends Error {
  override readonly name = 'ImportStuck';

  constructor({ importId }: KnownImport, { text }: OwnFault, { option }: Place) {
    const goOn = option === '' ? '' : ' Then the same command goes on; nothing is sent twice.';
    super(`The import ${importId} cannot go on: ${text}${goOn}`);
  }
}

/** Whether it goes wrong again and again while nothing else happens. */
const keepsFromEnd = ({ at }: OwnFault, changedAt: EpochMs, now: EpochMs): boolean =>
  at >= changedAt && now - changedAt >= standstillMs;

/**
 * Shows each change of an import until it has ended.
 * @throws ImportStuck where it runs in this process and does not get on
 */
export const follow = async (
  known: KnownImport,
  place: Place,
  show: (status: ImportStatus) => Promise<void> | void,
  clock: Pick<Clock, 'now'> = steadyClock,
): Promise<Summary> => {
  let shown = '';
  let stood = '';
  let changedAt = clock.now();
  for (;;) {
    const status = await statusOf(place.store, known);
    const line = progressLine(status);
    if (line !== shown) await show(status);
    shown = line;
    // The line tells the pace as well, which changes while nothing happens.
    const stands = `${status.state} ${endedRows(status)}`;
    if (stands !== stood) changedAt = clock.now();
    stood = stands;
    if (status.summary !== undefined) return status.summary;
    const fault = place.faultOf?.(known.importId);
    if (fault !== undefined && keepsFromEnd(fault, changedAt, clock.now())) throw new ImportStuck(known, fault, place);
    await sleep(place.pollMs);
  }
};
