import { DatabaseSync } from 'node:sqlite';
import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { handler } from '../../lambdas/submitter/handler.ts';
import { DamagedState } from '../../shared/bucket/stored-json.ts';
import { parserSchema, readConfig, submitterSchema } from '../../shared/config.ts';
import { exceedsMaxRejected, type ImportOptions, readOptions } from '../../shared/import-options.ts';
import { errorFields } from '../../shared/log.ts';

const complete = {
  AWS_REGION: 'ap-southeast-2',
  BUCKET_NAME: 'bucket',
  STAGE: 'test',
  RESULTS_QUEUE_URL: 'https://sqs.example/results',
  BATCHES_QUEUE_URL: 'https://sqs.example/batches',
  LUMI_API_URL: 'https://api.lumi.com.au',
  CREDENTIALS_SECRET_ARN: 'arn:aws:secretsmanager:x',
  LEADS_IN_FLIGHT: '5',
  LISTING_SETTLE_MS: '60000',
  BACKOFF_BASE_MS: '1000',
  BACKOFF_CAP_MS: '60000',
};

describe("a function's environment", () => {
  it('the environment of a function is read with numbers as numbers', () => {
    expect(readConfig(submitterSchema, complete)).toMatchObject({ LEADS_IN_FLIGHT: 5, DOCUMENT_ENCODING: 'base64' });
  });

  it('an incomplete environment is refused with every missing or wrong name and no value', () => {
    const read = () =>
      readConfig(submitterSchema, {
        ...complete,
        BUCKET_NAME: undefined,
        LEADS_IN_FLIGHT: 'secret',
        LUMI_API_URL: 'http://lumi.example',
      });
    expect(read).toThrow(/BUCKET_NAME.*LUMI_API_URL: expected https.*LEADS_IN_FLIGHT/);
    expect(read).not.toThrow(/secret/);
  });

  it('the environment of the submitter needs a secret or a user name and password', () => {
    expect(() => readConfig(submitterSchema, { ...complete, CREDENTIALS_SECRET_ARN: undefined })).toThrow(
      'LUMI_USERNAME',
    );
    expect(() => readConfig(parserSchema, {})).toThrow(/UPLOADS_QUEUE_URL.*GIVE_UP_AFTER/);
  });

  it('a deployed handler reads its environment at its first call', async () => {
    const call = async (): Promise<unknown> => handler({ Records: [] } as SQSEvent, {} as Context, () => undefined);
    await expect(call()).rejects.toThrow("The function's environment is not complete.");
  });
});

describe('the options of an import', () => {
  const defaults: ImportOptions = {
    mode: 'import',
    enforceMandatories: true,
    reference: 'none',
    giveUpAfterMs: 86_400_000,
  };

  it('the options of an import override the defaults of the stack', () => {
    expect(
      readOptions({ 'dry-run': 'TRUE', 'give-up-after': '2d', 'max-rejected': '2.5%', mapping: 'acme' }, defaults),
    ).toEqual({
      options: {
        mode: 'dry-run',
        enforceMandatories: true,
        giveUpAfterMs: 172_800_000,
        reference: 'none',
        maxRejected: { percent: 2.5 },
        mapping: 'acme',
      },
    });
    expect(readOptions({}, defaults)).toEqual({ options: defaults });
    // What is dropped to be checked is never sent.
    const checked = readOptions({ 'dry-run': 'false' }, { ...defaults, mode: 'dry-run' });
    expect('options' in checked && checked.options.mode).toBe('dry-run');
  });

  it.each([
    { mapping: '../state/x' },
    { 'give-up-after': '11d' },
    { 'give-up-after': '0h' },
    { 'max-rejected': '101%' },
    { mtime: '1' },
  ])('the options %j are refused with a clear message', (metadata) => {
    const read = readOptions(metadata as unknown as Record<string, string>, defaults);
    expect('faults' in read && read.faults[0]).toMatch(/^The option .*\.$/);
  });

  it.each([
    [undefined, 9, 10, false],
    [{ count: 2 }, 2, 10, false],
    [{ count: 2 }, 3, 10, true],
    [{ percent: 5 }, 5, 100, false],
    [{ percent: 5 }, 6, 100, true],
    [{ percent: 0 }, 1, 100, true],
  ])('max-rejected %j with %i of %i rows rejected refuses the file: %s', (max, rejected, rows, refused) => {
    expect(exceedsMaxRejected(max, rejected, rows)).toBe(refused);
  });
});

it('an error is logged by its name and place, never by its message', () => {
  const fields = errorFields(new TypeError('ava@example.com\n    is not a function'));
  expect(fields.errorName).toBe('TypeError');
  expect(fields.errorStack).toContain('config.test.ts');
  expect(JSON.stringify(fields)).not.toContain('ava@example.com');
});

it('what is the matter is logged where it quotes nothing: unreadable state, and what a database says of itself', () => {
  expect(errorFields(new DamagedState('state/register.json is not JSON')).reason).toBe(
    'state/register.json is not JSON',
  );
  const full = new DatabaseSync(':memory:');
  full.exec('PRAGMA max_page_count = 2; CREATE TABLE kept (text)');
  const insert = (): unknown => full.prepare('INSERT INTO kept VALUES (?)').run('ava@example.com'.repeat(1_000));
  const fields = ((): ReturnType<typeof errorFields> => {
    try {
      return { errorName: String(insert()) };
    } catch (error) {
      return errorFields(error);
    }
  })();
  expect(fields.reason).toBe('database or disk is full');
});
