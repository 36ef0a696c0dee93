import { reportPrefix } from '../../shared/bucket/keys.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { errorFields } from '../../shared/log.ts';
import { publishedSummary } from '../../shared/report/published-summary.ts';
import { rowsMaybeTwice, rowsWithSameLead, type Summary } from '../../shared/report/summary.ts';
import { readCancellation } from '../../shared/state/cancellation.ts';
import { hasEnded, markEnded } from '../../shared/state/import-marks.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import { batchesUnderWay } from '../../shared/state/outcomes.ts';
import { proofMessage, readProof } from '../../shared/state/proof.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { noticeOf } from './notice.ts';
import { tellProof } from './tell-proof.ts';
import { writeReport } from './write-report.ts';

/**
 * Tells that an import has ended, once its summary is there, asks for its proof, and marks it so. Whoever is told may be
 * told twice, where this is interrupted, and an import is never held up by a notice that fails.
 */
const end = async (summary: Summary, { options }: Manifest, dependencies: ReporterDependencies): Promise<void> => {
  const { store, log, notify, sendBatches, bucketUrl } = dependencies;
  const { importId, finishedAt, proof } = summary;
  if (!(await hasEnded(store, importId))) {
    const [unconfirmed, twice, shared] = [
      summary.statuses.unconfirmed,
      rowsMaybeTwice(summary),
      rowsWithSameLead(summary),
    ];
    if (unconfirmed > 0) log('rows_unconfirmed', { importId, rows: unconfirmed });
    if (twice > 0) log('leads_maybe_twice', { importId, rows: twice });
    if (shared > 0) log('rows_share_lead', { importId, rows: shared });
    await notify(noticeOf(summary, { options, bucketUrl })).catch((error: unknown) =>
      log('notice_failed', { importId, ...errorFields(error) }),
    );
    if (proof?.state === 'pending') await sendBatches([proofMessage(importId, finishedAt, finishedAt)], importId);
  }
  await markEnded(store, importId);
};

/** Whether every batch has its outcomes, or, once the import is cancelled, every batch that was begun. */
const isComplete = async (
  manifest: Manifest,
  cancelledAt: EpochMs | undefined,
  { store, completeness }: ReporterDependencies,
): Promise<boolean> =>
  (await completeness.of(manifest)) ||
  (cancelledAt !== undefined && (await batchesUnderWay(store, manifest.importId)).length === 0);

/**
 * Writes the report of an import once it is complete; before that it only says how far it is, as every further outcome asks
 * again.
 */
export const reportImport = async (importId: string, dependencies: ReporterDependencies): Promise<void> => {
  const { store, clock, log, completeness, progress, woken, proofs } = dependencies;
  const manifest = await readManifest(store, importId);
  if (manifest === undefined) return;
  const published = await publishedSummary(store, reportPrefix(manifest.source.key, importId));
  if (published !== undefined) return end(published, manifest, dependencies);
  const cancelledAt = await readCancellation(store, importId, clock);
  if (!(await isComplete(manifest, cancelledAt, dependencies)))
    return progress.note(manifest, completeness.finishedOf(manifest), dependencies);
  // A report that is gone was erased.
  if (await hasEnded(store, importId)) return;
  const proof = proofs === 'all' ? 'pending' : 'not_made';
  const summary = await writeReport({ manifest, cancelledAt, proof }, dependencies);
  await end(summary, manifest, dependencies);
  // Another instance has written the report before, and what was found since.
  if ((await readProof(store, importId)) !== undefined) await tellProof(importId, dependencies);
  completeness.forget(importId);
  woken.delete(importId);
  await progress.end(manifest, summary, dependencies);
  log('import_reported', { importId, rows: manifest.rows });
};
