import { pageKey, reportPrefix } from '../../shared/bucket/keys.ts';
import { errorFields } from '../../shared/log.ts';
import { publishedSummary } from '../../shared/report/published-summary.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { readCancellation } from '../../shared/state/cancellation.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { readProof } from '../../shared/state/proof.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { proofNoticeOf } from './notice.ts';
import { rewriteReport } from './write-report.ts';

/**
 * Writes what came of a proof into the report of its import, and tells people where something is wrong. What was erased is
 * not written again.
 */
export const tellProof = async (importId: string, dependencies: ReporterDependencies): Promise<void> => {
  const { store, clock, log, notify, bucketUrl } = dependencies;
  const manifest = await readManifest(store, importId);
  const proof = await readProof(store, importId);
  if (manifest === undefined || proof === undefined) return;
  const published = await publishedSummary(store, reportPrefix(manifest.source.key, importId));
  if (published === undefined || published.proof?.checkedAt === proof.checkedAt) return;
  if ((await store.head(pageKey(importId, manifest.run, 0))) === undefined) return;
  const cancelledAt = await readCancellation(store, importId, clock);
  const told = async (summary: Summary): Promise<void> => {
    const rows = proof.findings.length;
    if (rows === 0) return;
    log('leads_not_as_reported', { importId, rows });
    await notify(proofNoticeOf(summary, { options: manifest.options, bucketUrl })).catch((error: unknown) =>
      log('notice_failed', { importId, ...errorFields(error) }),
    );
  };
  await rewriteReport({ manifest, cancelledAt, proof }, published, told, dependencies);
};
