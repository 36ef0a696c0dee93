import { harmless } from '../../../shared/words/escaping.ts';

/** Whether AWS refused a request, or there are no credentials for one: nothing that a stack trace explains. */
export const isAwsError = (error: unknown): error is Error =>
  error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError');

/** Where the SDK looks for credentials, and finds none. */
const noCredentials = (profile: string | undefined): string =>
  profile === undefined || profile === ''
    ? 'There are no AWS credentials: set the variable AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    : `There are no AWS credentials for the profile ${harmless(profile)}, which AWS_PROFILE names: aws configure list-profiles shows those that there are.`;

/** What AWS says is told as it says it: whoever deploys knows its words. */
export const awsAnswer = ({ name, message }: Error): string =>
  name === 'CredentialsProviderError'
    ? noCredentials(process.env['AWS_PROFILE'])
    : `AWS answers ${name}: ${harmless(message.split('\n')[0] ?? '')}`;
