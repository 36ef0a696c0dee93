import { isoTime } from '../../shared/clock.ts';
import { noStatuses, progressOf, withoutFail, writeProgress } from '../../shared/report/progress-json.ts';
import { type Manifest, releasedBatches } from '../../shared/state/manifest.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { Import } from './manifest-of.ts';

/** Says that a file is being read. */
export const noteReading = ({ importId, upload }: Import, { store, clock, log }: ParserDependencies): Promise<void> => {
  const startedAt = isoTime(Date.parse(upload.eventTime));
  const subject = { importId, startedAt, rows: 0, source: { key: upload.key } };
  const progress = progressOf(subject, { state: 'reading', statuses: noStatuses(), now: clock.now() });
  return withoutFail(() => writeProgress(store, subject, progress), log);
};

/** Says how many rows have ended before anything is sent. */
export const noteStaged = (manifest: Manifest, { store, clock, log }: ParserDependencies): Promise<void> => {
  const state = releasedBatches(manifest).length > 0 ? 'sending' : 'reporting';
  const statuses = { ...noStatuses(), ...manifest.ended };
  return withoutFail(
    () => writeProgress(store, manifest, progressOf(manifest, { state, statuses, now: clock.now() })),
    log,
  );
};
