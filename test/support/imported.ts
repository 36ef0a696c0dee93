import { importIdOf } from '../../shared/bucket/import-id.ts';
import { mappingWorkbookFile, reportFiles, reportPrefix, retryWorkbookFile } from '../../shared/bucket/keys.ts';
import { PipelineHarness } from './pipeline-harness.ts';

/** What comes of a file that is dropped, and the files of its report. */
export const imported = async (content: string | Uint8Array, name = 'a.csv', harness = new PipelineHarness()) => {
  const upload = harness.drop(`incoming/${name}`, content);
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  if (summary === undefined) throw new Error('there is no report');
  const prefix = reportPrefix(upload.key, importIdOf(upload));
  const file = (each: string): Buffer | undefined => harness.store.objects.get(`${prefix}${each}`);
  return {
    harness,
    summary,
    leads: harness.api.leads.map(({ payload }) => payload),
    report: file(reportFiles.report),
    retry: file(reportFiles.retry),
    retryWorkbook: file(retryWorkbookFile),
    mapping: file(mappingWorkbookFile),
    page: file(reportFiles.html)?.toString(),
  };
};
