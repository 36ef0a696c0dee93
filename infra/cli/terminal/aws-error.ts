import { visibleText } from '../../../shared/words/escaping.ts';

/** Whether AWS refused a request, or there are no credentials for one: nothing that a stack trace explains. */
export const isAwsError = (error: unknown): error is Error =>
  error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError');

/** What AWS says is told as it says it: whoever deploys knows its words. */
export const awsAnswer = ({ name, message }: Error): string =>
  `AWS answers ${name}: ${visibleText(message.split('\n')[0] ?? '')}`;
