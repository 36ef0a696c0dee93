import { harmless } from '../../../shared/words/escaping.ts';

/** Whether AWS refused a request, or there are no credentials for one: nothing that a stack trace explains. */
export const isAwsError = (error: unknown): error is Error =>
  error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError');

/** What AWS says is told as it says it: whoever deploys knows its words. */
export const awsAnswer = ({ name, message }: Error): string =>
  name === 'CredentialsProviderError'
    ? 'There are no AWS credentials: set the variable AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    : `AWS answers ${name}: ${harmless(message.split('\n')[0] ?? '')}`;
