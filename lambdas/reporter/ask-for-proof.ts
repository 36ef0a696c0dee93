import { reportPrefix, verifyKey } from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import { publishedSummary } from '../../shared/report/published-summary.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { proofAskedAt, proofMessage } from '../../shared/state/proof.ts';
import type { ReporterDependencies } from './dependencies.ts';

/** Has an import proven for which a person has asked. One that has not ended is proven by itself, or asked for again. */
export const askForProof = async (
  importId: string,
  { store, sendBatches }: Pick<ReporterDependencies, 'store' | 'sendBatches'>,
): Promise<void> => {
  const manifest = await readManifest(store, importId);
  const summary = manifest && (await publishedSummary(store, reportPrefix(manifest.source.key, importId)));
  if (summary === undefined) return;
  const asked = proofAskedAt((await getText(store, verifyKey(importId)))?.text);
  if (asked !== undefined) await sendBatches([proofMessage(importId, asked, summary.finishedAt)], importId);
};
