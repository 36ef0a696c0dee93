import { done, type Verdict } from '../../shared/aws/record-loop.ts';
import { uploadsOf } from '../../shared/aws/s3-event.ts';
import type { Upload } from '../../shared/import-id.ts';
import type { ParserDependencies } from './dependencies.ts';

/** What is to be done about one upload. */
export type UploadStory = (upload: Upload, dependencies: ParserDependencies) => Promise<void>;

/** Answers one notification of S3: tells the story of every upload in it. */
export const answerUploads = async (
  messageBody: string,
  story: UploadStory,
  dependencies: ParserDependencies,
): Promise<Verdict> => {
  for (const upload of uploadsOf(messageBody)) await story(upload, dependencies);
  return done;
};
