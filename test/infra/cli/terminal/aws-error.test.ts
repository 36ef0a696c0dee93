import { afterEach, expect, it, vi } from 'vitest';
import { awsAnswer } from '../../../../infra/cli/terminal/aws-error.ts';

const none = Object.assign(new Error('Could not load credentials from any providers'), {
  name: 'CredentialsProviderError',
});

afterEach(() => vi.unstubAllEnvs());

it('without credentials it says which variables are to be set', () => {
  vi.stubEnv('AWS_PROFILE', undefined);
  expect(awsAnswer(none)).toContain('set the variable AWS_PROFILE');
});

it('a profile that is not there is named', () => {
  vi.stubEnv('AWS_PROFILE', 'nope');
  expect(awsAnswer(none)).toMatch(/^There are no AWS credentials for the profile nope, /);
});
