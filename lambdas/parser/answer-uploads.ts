import { done, type Verdict } from '../../shared/bucket/delivery.ts';
import { createdObjects } from '../../shared/bucket/s3-event.ts';
import { abandonedNotification } from '../../shared/state/abandoned-upload.ts';
import type { ParserDependencies } from './dependencies.ts';
import { abandonImport, importFile } from './import-file.ts';

/** Answers one message about uploads: each is imported, or ended where all attempts to import it have failed. */
export const answerUploads = async (messageBody: string, dependencies: ParserDependencies): Promise<Verdict> => {
  const abandoned = abandonedNotification(messageBody);
  const story = abandoned === undefined ? importFile : abandonImport;
  for (const upload of createdObjects(abandoned ?? messageBody)) await story(upload, dependencies);
  return done;
};
