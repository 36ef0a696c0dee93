import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../../shared/report/summary.ts';
import { type ImportStatus, statusOf } from '../places/known-imports.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { progressLine } from './import-text.ts';

/** Shows each change of an import until it has ended. */
export const follow = async (
  known: KnownImport,
  { store, pollMs }: Place,
  show: (status: ImportStatus) => Promise<void> | void,
): Promise<Summary> => {
  for (let shown = ''; ; ) {
    const status = await statusOf(store, known);
    const line = progressLine(status);
    if (line !== shown) await show(status);
    shown = line;
    if (status.summary !== undefined) return status.summary;
    await sleep(pollMs);
  }
};
