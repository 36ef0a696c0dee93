import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { Upload } from '@aws-sdk/lib-storage';
import pMap from 'p-map';
import { s3Client } from '../../../shared/aws/clients.ts';
import { connectAws } from '../../../shared/aws/connect-aws.ts';
import type { AwsConnection } from '../../../shared/bucket/bucket-and-queues.ts';
import { importIdOf, shortIdentity } from '../../../shared/bucket/import-id.ts';
import { prefixes, reportPrefix } from '../../../shared/bucket/keys.ts';
import { toMetadata } from '../../../shared/bucket/metadata-text.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import type { CreatedObject } from '../../../shared/bucket/s3-event.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import { awsAnswer } from '../terminal/aws-error.ts';
import { startCounter } from '../terminal/counter.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { ImportPlan } from './import-plan.ts';
import { documentsFor, dropKey, openInput, standardInput } from './input-file.ts';
import { knownImports } from './known-imports.ts';
import { namedDocuments } from './named-documents.ts';
import type { ImportingPlace, KnownImport, Place } from './place.ts';
import { uploadMapping } from './upload-mapping.ts';

/** The region and the endpoint as the AWS command line takes them from the environment. */
export const connection = (): AwsConnection => {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, ...rest } = process.env;
  const region = [AWS_REGION, AWS_DEFAULT_REGION].find((name) => name !== undefined && name !== '');
  if (region === undefined) throw new UsageError('--stack needs the region of the stack in the variable AWS_REGION.');
  const emulated = AWS_ENDPOINT_URL === undefined ? {} : { ...rest, AWS_ENDPOINT_URL };
  return { AWS_REGION: region, ...emulated };
};

const awsTrouble = (stack: string, error: unknown): UsageError => {
  const known = error instanceof Error ? error : new Error('nothing');
  if (/does not exist/.test(known.message))
    return new UsageError(`--stack ${stack}: there is no such stack in this region.`);
  return new UsageError(`--stack ${stack}: ${awsAnswer(known)}`);
};

/** An output of a stack. @throws UsageError where the stack is not there or is another one */
export const outputOf = async (stack: string, output: string, region: string): Promise<string> => {
  const client = new CloudFormationClient({ region });
  const described = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((error: unknown) => {
    throw awsTrouble(stack, error);
  });
  const value = described.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
  if (value === undefined) throw new UsageError(`--stack ${stack}: it has no output ${output}; is it a lead importer?`);
  return value;
};

/** Files at once. */
const uploadsAtOnce = 4;

const asMetadata = (options: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, toMetadata(value)]));

/** A folder of its own, so that nobody's file is overwritten: `cli/2026-11-25/1a2b3c4d`. */
const ownFolder = (): string => `cli/${new Date().toISOString().slice(0, 10)}/${randomUUID().slice(0, 8)}`;

/** Uploads the documents that a file names; answers the option that names their folder. */
const uploadDocuments = async (
  { file, documents, mapping, metadata }: ImportPlan,
  store: ObjectStore,
  say: (line: string) => void,
): Promise<{ readonly 'documents-folder'?: string }> => {
  if (file === standardInput) return {};
  const directory = documentsFor({ file, documents }, say);
  const { found, missing } = await namedDocuments(file, directory, { mapping, sheet: metadata['sheet'] });
  if (missing > 0) say(`${missing} documents that ${file} names are not in ${directory}: their rows will be rejected.`);
  if (found.length === 0) return {};
  const folder = ownFolder();
  const counter = startCounter(process.stderr, found.length, 'documents uploaded');
  const upload = async ({ name, path }: { readonly name: string; readonly path: string }): Promise<void> => {
    await store.upload(`${prefixes.documents}${folder}/${name}`, createReadStream(path), 'application/octet-stream');
    counter.step();
  };
  await pMap(found, upload, { concurrency: uploadsAtOnce }).finally(counter.end);
  return { 'documents-folder': folder };
};

/** The import of an upload, once the importer has received it. */
const receivedImport = async (place: Place, upload: Omit<CreatedObject, 'eventTime'>): Promise<KnownImport> => {
  // When it was received is not known here; the rest of its name, and the folder of its report, are.
  const identity = shortIdentity(importIdOf({ ...upload, eventTime: new Date(0).toISOString() }));
  const folder = reportPrefix(upload.key, '').slice(0, -1);
  for (;;) {
    const found = (await knownImports(place, folder)).find(({ importId }) => shortIdentity(importId) === identity);
    if (found !== undefined) return found;
    await sleep(place.pollMs);
  }
};

/** A deployed stack. */
export interface StackPlace extends ImportingPlace {
  readonly bucket: string;
}

/** @param say told what a person should know of an upload */
export const openStack = async (stack: string, say: (line: string) => void = () => undefined): Promise<StackPlace> => {
  const aws = connection();
  const bucket = await outputOf(stack, 'BucketName', aws.AWS_REGION);
  const { store } = connectAws({ ...aws, BUCKET_NAME: bucket });
  const option = `--stack ${shellWord(stack)}`;
  const place: Place = { store, option, pollMs: 2_000, close: async () => undefined };
  const drop = async (plan: ImportPlan): Promise<KnownImport> => {
    const own = { ...(await uploadDocuments(plan, store, say)), ...(await uploadMapping(store, plan)) };
    const Key = dropKey(plan);
    const input = await openInput(plan.file);
    const params = {
      Bucket: bucket,
      Key,
      Body: input.bytes(),
      Metadata: asMetadata({ ...plan.metadata, ...own }),
      ContentType: 'application/octet-stream',
    };
    const { VersionId: versionId = '' } = await new Upload({ client: s3Client(aws), params }).done();
    input.close();
    say(`${Key} is uploaded to ${bucket}.`);
    return receivedImport(place, { bucket, key: Key, versionId });
  };
  return {
    ...place,
    bucket,
    prepare: async (plan) => ({ unfinished: [], drop: () => drop(plan) }),
    compared: async () => [],
    fetched: async () => undefined,
    leave: async (known) =>
      known === undefined
        ? `The import goes on. To find it: npm start -- imports ${option}`
        : `The import goes on. To follow it: npm start -- status ${known.importId} ${option} --watch`,
  };
};
