import { UnreadableState } from '../../../shared/bucket/stored-json.ts';
import { StateDirectoryInUse } from '../../laptop/directory-lock.ts';
import { awsAnswer, isAwsError } from './aws-error.ts';
import { Interrupted, UsageError } from './usage-error.ts';

/** Trouble that the person at the keyboard can do something about, in one line; anything else is ours and shows where. */
export const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof StateDirectoryInUse || error instanceof UnreadableState)
    return error.message;
  if (error instanceof Interrupted) return 'Interrupted. Nothing was done.';
  if (isAwsError(error)) return awsAnswer(error);
  // What the operating system or the database refuses says what it is about; a fault of ours shows where it is.
  if (error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'ERR_SQLITE_ERROR')))
    return `That could not be done: ${error.message.split('\n')[0]}.`;
  return error instanceof Error ? `That could not be done: ${error.stack ?? error.message}` : 'That could not be done.';
};
