import { done, type Verdict } from '../../shared/aws/message-loop.ts';
import { createdObjects } from '../../shared/aws/s3-event.ts';
import { importIdOfStateKey } from '../../shared/keys.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { reportImport } from './report-import.ts';

/** Answers one notification about manifests and outcomes: each import in it is reported if it has become complete. */
export const answerResults = async (messageBody: string, dependencies: ReporterDependencies): Promise<Verdict> => {
  const importIds = createdObjects(messageBody).map(({ key }) => importIdOfStateKey(key));
  for (const importId of new Set(importIds)) {
    if (importId !== undefined) await dependencies.oneAtATime(() => reportImport(importId, dependencies));
  }
  return done;
};
