import { reportFiles, reportPrefix } from '../../shared/bucket/keys.ts';
import { getText, type ObjectStore } from '../../shared/bucket/object-store.ts';
import type { Summary } from '../../shared/report/summary.ts';
import type { Manifest } from '../../shared/state/manifest.ts';

/** The summary of an import whose report is there. */
export const publishedSummary = async (
  { importId, source }: Pick<Manifest, 'importId' | 'source'>,
  store: ObjectStore,
): Promise<Summary | undefined> => {
  const published = await getText(store, `${reportPrefix(source.key, importId)}${reportFiles.summary}`);
  return published === undefined ? undefined : (JSON.parse(published.text) as Summary);
};
