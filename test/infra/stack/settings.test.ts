import { describe, expect, it } from 'vitest';
import { readContext } from '../../../infra/stack/settings.ts';

describe('a context value', () => {
  it.each([
    ['apiConcurrency', 'many'],
    ['apiConcurrency', 1],
    ['lumiApiUrl', 'http://api.lumi.com.au'],
    ['giveUpAfterHours', 0],
    ['giveUpAfterHours', 241],
    ['duplicateWindowDays', 0],
    ['retentionDays', 3],
    ['timeZone', 'Sydney'],
    ['logRetentionDays', 10],
    ['logRetentionDays', 'ever'],
    ['stage', 'Prod!'],
    ['notificationEmail', 'nobody'],
    ['requestsPerSecond', 0.5],
    ['retentionDays', 13],
  ])('the context value %s = %s stops synthesis with a clear message', (name, value) => {
    expect(() => readContext({ [name]: value })).toThrow(new RegExp(`^The context value ${name}.*expected.*\\.$`));
  });

  it.each([
    ['lumiApiURL', 'Was lumiApiUrl meant?'],
    ['apiconcurrency', 'Was apiConcurrency meant?'],
    ['colour', 'Known names: stage, lumiApiUrl'],
  ])(
    'the context name %s is not known and stops synthesis: nothing is deployed against another API than was meant',
    (name, hint) => {
      expect(() => readContext({ [name]: 'https://api.example.com' })).toThrow(
        `The context value ${name} is not known. ${hint}`,
      );
    },
  );

  it('the names of the CDK itself are no values of ours', () => {
    const own = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:newStyleStackSynthesis': true, 'hosted-zone:x=y': {} };
    expect(readContext(own).stage).toBe('prod');
  });

  it('context values that may be left out have defaults', () => {
    expect(readContext({})).toEqual({
      stage: 'prod',
      lumiApiUrl: 'https://api.lumi.com.au',
      apiConcurrency: 10,
      duplicateWindowDays: 90,
      retentionDays: 90,
      giveUpAfterHours: 24,
      logRetentionDays: 90,
      timeZone: 'Australia/Sydney',
    });
  });

  it('logs are kept at least as long as an import may take', () => {
    expect(() => readContext({ logRetentionDays: 1, giveUpAfterHours: 48 })).toThrow(
      'logRetentionDays (1) cannot be used: expected at least the 48 hours of giveUpAfterHours',
    );
  });
});
