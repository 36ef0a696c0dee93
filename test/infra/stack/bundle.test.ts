import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleFunctions, withoutForeignFormats } from '../../../infra/stack/bundle.ts';
import { type FunctionName, functions, heap } from '../../../infra/topology.ts';

const kB = 1_000;

/** What a bundle may weigh, minified. A cold start reads and compiles all of it. */
const limits: Readonly<Record<FunctionName, number>> = {
  /** The SDK for S3 and SQS, csv-parse, zod, the numbering plans of all countries, and what a report says of each problem. */
  parser: 620 * kB,
  /** No CSV and no phones; the secrets client and undici, whose WebAssembly parser weighs 72 kB. */
  submitter: 685 * kB,
  /** S3 and SQS, the page, and what packs a workbook. */
  reporter: 535 * kB,
  /** S3 and SQS. */
  sweeper: 385 * kB,
};

const directory = mkdtempSync(join(tmpdir(), 'bundles-'));
let bundles: readonly Bundle[] = [];
beforeAll(async () => {
  bundles = await bundleFunctions(directory);
});

const names = Object.keys(functions) as FunctionName[];
const sourcesOf = (name: FunctionName): readonly string[] =>
  (JSON.parse(readFileSync(join(directory, name, 'index.mjs.map'), 'utf8')) as { sources: string[] }).sources;

it.each(names)('the bundle of %s stays under its size limit', (name) => {
  expect(bundles.find((bundle) => bundle.name === name)?.sizeBytes).toBeLessThan(limits[name]);
});

it.each(names)('the bundle of %s begins with how its heap grows', (name) => {
  const [first = ''] = readFileSync(join(directory, name, 'index.mjs'), 'utf8').split('\n');
  expect(first).toContain(heap.flag);
});

it('what reads a workbook is not loaded for a CSV', () => {
  expect(existsSync(join(directory, 'parser', 'read-workbook.mjs'))).toBe(true);
  expect(sourcesOf('parser').filter((source) => /saxes|yauzl/.test(source))).toEqual([]);
});

it.each(names)('the bundle of %s holds no CDK, no test code and no second copy of the SDK', (name) => {
  const sources = sourcesOf(name);
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((source) => /aws-cdk|\/test\/|infra\/(?:laptop|sandbox|cli)|dist-cjs/.test(source))).toEqual(
    [],
  );
  const clients = sources.filter((source) => /client-s3\/.*\/S3Client\.js$/.test(source));
  expect(clients).toHaveLength(1);
});

it.each(names)(
  'the bundle of %s loads in a separate Node process, names missing environment variables and has a source map',
  (name) => {
    const file = join(directory, name, 'index.mjs');
    const script = `const { handler } = await import(${JSON.stringify(file)});
    try { await handler({ Records: [] }, { getRemainingTimeInMillis: () => 1000 }); }
    catch (error) { console.log(error.message); console.log(error.stack); }`;
    const args = ['--enable-source-maps', '--input-type=module', '--eval', script];
    const said = execFileSync(process.execPath, args, { env: {}, encoding: 'utf8' });
    expect(said).toMatch(/^The function's environment is not complete\. .*BUCKET_NAME/);
    expect(said).toMatch(/shared\/config\.ts:\d+/);
    expect(existsSync(`${file}.map`)).toBe(true);
  },
);

it('phone numbers read the same without the formats of foreign ones', () => {
  const lean = withoutForeignFormats(structuredClone(metadata) as never) as unknown as typeof metadata;
  expect(JSON.stringify(lean).length).toBeLessThan(JSON.stringify(metadata).length * 0.6);
  const prefixes = ['04', '02', '03', '13', '1300', '1800', '+61', '+64', '+1', '+44', '+49', '+86', '+679', '0061'];
  for (const prefix of prefixes) {
    for (let number = 0; number < 400; number += 1) {
      const text = `${prefix}${String((number * 7_919_777) % 1_000_000_000)
        .padStart(9, '0')
        .slice(number % 3)}`;
      const [full, small] = [metadata, lean].map((each) => parsePhoneNumberFromString(text, 'AU', each));
      expect([small?.number, small?.country, small?.isValid()]).toEqual([full?.number, full?.country, full?.isValid()]);
      if (full?.country === 'AU') expect(small?.formatNational()).toBe(full.formatNational());
    }
  }
});
