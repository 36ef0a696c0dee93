import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, stageJsonSchema } from '../../../infra/stack/settings.ts';

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
    ['retentionDays', ''],
    ['retentionDays', true],
    ['requestsPerSecond', 0.5],
    ['retentionDays', 13],
    ['retentionDays', '0x20'],
    ['timeZone', '+10:00'],
  ])('the context value %s = %s stops synthesis with a clear message', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^The context value ${name}.*expected.*\\.$`));
  });

  it.each([
    ['lumiApiURL', 'Was lumiApiUrl meant?'],
    ['apiconcurrency', 'Was apiConcurrency meant?'],
    ['colour', 'Known names: stage, lumiApiUrl'],
  ])(
    'the context name %s is not known and stops synthesis: nothing is deployed against another API than was meant',
    (name, hint) => {
      expect(() => readSettings({ [name]: 'https://api.example.com' })).toThrow(
        `The context value ${name} is not known. ${hint}`,
      );
    },
  );

  it('the names of the CDK itself are no values of ours', () => {
    const own = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:newStyleStackSynthesis': true, 'hosted-zone:x=y': {} };
    expect(readSettings(own).stage).toBe('prod');
  });

  it('context values that may be left out have defaults', () => {
    expect(readSettings({})).toEqual({
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

  it('a default that does not go with what was said is not called a context value', () => {
    expect(() => readSettings({ duplicateWindowDays: 400 })).toThrow(
      'The default of retentionDays (90) cannot be used: expected at least 400',
    );
  });

  it('logs are kept at least as long as an import may take', () => {
    expect(() => readSettings({ logRetentionDays: 1, giveUpAfterHours: 48 })).toThrow(
      'logRetentionDays (1) cannot be used: expected at least the 48 hours of giveUpAfterHours',
    );
  });
});

/** A folder with the file of a stage. */
const stages = (stage: string, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stages-'));
  writeFileSync(join(folder, `${stage}.json`), text);
  return folder;
};

describe('the file of a stage', () => {
  const test = { $schema: 'stage.schema.json', lumiApiUrl: 'https://test.example.com', retentionDays: 365 };

  it('has its settings, and context values go above them', () => {
    const folder = stages('test', JSON.stringify(test));
    expect(readSettings({ stage: 'test' }, folder)).toMatchObject({
      stage: 'test',
      lumiApiUrl: 'https://test.example.com',
      retentionDays: 365,
      duplicateWindowDays: 365,
    });
    expect(readSettings({ stage: 'test', retentionDays: '400' }, folder).retentionDays).toBe(400);
    expect(readSettings({ stage: 'other', lumiApiUrl: 'https://other.example.com' }, folder).retentionDays).toBe(90);
  });

  it('is of production where no stage is said', () => {
    expect(readSettings({}, stages('prod', '{"retentionDays":365}')).retentionDays).toBe(365);
    expect(readSettings({}, stages('prod', '\uFEFF{"retentionDays":365}')).retentionDays).toBe(365);
  });

  it.each([
    ['{"retentionDays":"365"}', 'test.json the setting retentionDays cannot be used: expected a whole number of days'],
    ['{"lumiApiURL":"https://x.example.com"}', 'test.json the setting lumiApiURL is not known. Was lumiApiUrl meant?'],
    ['{"stage":"prod"}', 'names the stage prod: a file is of the stage it is named after.'],
    ['[]', 'test.json cannot be used: expected a JSON object of settings.'],
    [
      '{"retentionDays":365,\n}',
      'test.json cannot be used: expected JSON in UTF-8, and it says: Expected double-quoted',
    ],
    ['', 'test.json cannot be used: expected JSON in UTF-8'],
    ['{"retentionDays":20,"duplicateWindowDays":30}', 'test.json the setting retentionDays (20) cannot be used'],
  ])('%s stops synthesis with a sentence that names it', (text, sentence) => {
    const folder = stages('test', text);
    expect(() => readSettings({ stage: 'test', lumiApiUrl: 'https://x.example.com' }, folder)).toThrow(sentence);
  });

  it('a stage that is not production must say which API it sends to', () => {
    expect(() => readSettings({ stage: 'test' })).toThrow(
      'The stage test does not say which Leads API it sends to, and the default is production: write lumiApiUrl into infra/stages/test.json, or add -c lumiApiUrl=https://….',
    );
    expect(() => readSettings({ stage: 'test' }, stages('test', '{"retentionDays":365}'))).toThrow('does not say');
    // Said is said.
    const said = { stage: 'test', lumiApiUrl: 'https://api.lumi.com.au' };
    expect(readSettings(said).lumiApiUrl).toBe(said.lumiApiUrl);
  });

  it('has a schema that editors know', async () => {
    const text = `${JSON.stringify(stageJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../infra/stages/stage.schema.json');
  });
});
