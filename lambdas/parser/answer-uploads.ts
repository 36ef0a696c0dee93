import { done, type Verdict } from '../../shared/aws/message-loop.ts';
import { type CreatedObject, createdObjects } from '../../shared/aws/s3-event.ts';
import type { ParserDependencies } from './dependencies.ts';

/** What is to be done about one upload. */
export type UploadStory = (upload: CreatedObject, dependencies: ParserDependencies) => Promise<void>;

/** Answers one notification of S3: tells the story of every upload in it. */
export const answerUploads = async (
  messageBody: string,
  story: UploadStory,
  dependencies: ParserDependencies,
): Promise<Verdict> => {
  for (const upload of createdObjects(messageBody)) await story(upload, dependencies);
  return done;
};
