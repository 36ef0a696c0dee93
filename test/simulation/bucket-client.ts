import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { WriteCondition } from '../../shared/aws/object-store.ts';
import type { Instance, World } from './invocation.ts';
import type { SimulatedBucket, StoredVersion } from './simulated-bucket.ts';

/** Keys on one page of a listing: few, so that paging matters. */
const pageKeys = 3;

/** What the library's own code asks of a client beside `send`; it never connects. */
const client = new S3Client({
  region: 'ap-southeast-2',
  endpoint: 'http://bucket.invalid',
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
});

const refusal = (status: number): S3ServiceException =>
  new S3ServiceException({
    name: `Simulated${status}`,
    message: `the simulated bucket answers ${status}`,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  });

const conditionOf = ({ IfNoneMatch, IfMatch }: PutObjectCommand['input']): WriteCondition | undefined => {
  if (IfNoneMatch !== undefined) return { ifAbsent: true };
  return IfMatch === undefined ? undefined : { ifMatch: IfMatch };
};

const put = (bucket: SimulatedBucket, { faults, chronicle }: World, input: PutObjectCommand['input']) => {
  const key = input.Key ?? '';
  const condition = conditionOf(input);
  if (condition !== undefined && faults.strike('s3_conflict')) throw refusal(409);
  const write = () => {
    const answer = bucket.put(key, input.Body as string | Uint8Array, condition);
    chronicle.tell(`  put ${key} ${condition === undefined ? 'plainly' : JSON.stringify(condition)}: ${answer.status}`);
    if (answer.status !== 200) throw refusal(answer.status);
    return { ETag: answer.version.etag, $metadata: {} };
  };
  const written = write();
  // The answer was lost on the way: either the SDK gives up, or its next try meets what the first has written.
  if (faults.strike('s3_done_but_error')) throw refusal(500);
  if (!faults.strike('s3_own_write_met')) return written;
  if (key.startsWith('state/journals/')) chronicle.mark('own journal write met');
  return write();
};

async function* brokenBody(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body.subarray(0, body.length >> 1);
  throw new Error('the simulated answer broke off');
}

const get = (bucket: SimulatedBucket, { faults }: World, input: GetObjectCommand['input']) => {
  const found = bucket.get(input.Key ?? '', input.VersionId);
  if (found === undefined) throw refusal(404);
  if (input.IfMatch !== undefined && input.IfMatch !== found.etag) throw refusal(412);
  const breaks = faults.strike('s3_body_breaks_off');
  const Body = Readable.from(breaks ? brokenBody(found.body) : [found.body]);
  return { Body, ETag: found.etag, ContentLength: found.body.length, Metadata: found.metadata, $metadata: {} };
};

const head = (bucket: SimulatedBucket, input: HeadObjectCommand['input']) => {
  const found = bucket.get(input.Key ?? '');
  if (found === undefined) throw refusal(404);
  return { ETag: found.etag, ContentLength: found.body.length, $metadata: {} };
};

const list = (bucket: SimulatedBucket, input: ListObjectsV2Command['input']) => {
  const after = input.ContinuationToken ?? input.StartAfter;
  const keys = bucket.keys(input.Prefix ?? '', after, pageKeys + 1);
  const page = keys.slice(0, pageKeys);
  return {
    Contents: page.map((Key) => ({ Key, Size: (bucket.get(Key) as StoredVersion).body.length })),
    IsTruncated: keys.length > pageKeys,
    NextContinuationToken: keys.length > pageKeys ? page.at(-1) : undefined,
    $metadata: {},
  };
};

/** An S3 client of one instance: what it sends goes to the simulated bucket, and may go wrong on the way. */
export const bucketClient = (bucket: SimulatedBucket, world: World, instance: Instance): S3Client => {
  const { faults, dice } = world;
  const answer = (command: unknown): unknown => {
    if (faults.strike('s3_refused')) throw refusal(dice.pick([500, 503]));
    if (command instanceof PutObjectCommand) return put(bucket, world, command.input);
    if (command instanceof GetObjectCommand) return get(bucket, world, command.input);
    if (command instanceof HeadObjectCommand) return head(bucket, command.input);
    if (command instanceof ListObjectsV2Command) return list(bucket, command.input);
    throw new Error('a command that the simulated bucket does not know');
  };
  const send = (command: { readonly input: { readonly Key?: string; readonly Prefix?: string } }) => {
    const what = `${command.constructor.name} ${command.input.Key ?? command.input.Prefix}`;
    const times = faults.strike('s3_slow') ? { thereMs: dice.between(1, 10_000), backMs: dice.between(1, 20_000) } : {};
    return instance.invocation.call(what, () => answer(command), times);
  };
  return Object.assign(Object.create(client), { send }) as S3Client;
};
