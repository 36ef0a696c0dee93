import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { prefixes } from '../../shared/bucket/keys.ts';
import type { WriteCondition } from '../../shared/bucket/object-store.ts';
import type { Dice } from './dice.ts';
import type { Instance, Invocation, World } from './invocation.ts';
import type { SimulatedBucket, StoredVersion } from './simulated-bucket.ts';

/** Keys on one page of a listing: few, so that paging matters. */
const pageKeys = 3;

/** What the library's own code asks of a client beside `send`; it never connects. */
const client = new S3Client({
  region: 'ap-southeast-2',
  endpoint: 'http://bucket.invalid',
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
});

/** Without a stack, which would be a sixteenth of the simulation's time. */
const refusal = (status: number): S3ServiceException => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new S3ServiceException({
      name: `Simulated${status}`,
      message: `the simulated bucket answers ${status}`,
      $fault: status >= 500 ? 'server' : 'client',
      $metadata: { httpStatusCode: status },
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

const conditionOf = ({ IfNoneMatch, IfMatch }: PutObjectCommand['input']): WriteCondition | undefined => {
  if (IfNoneMatch !== undefined) return { ifAbsent: true };
  return IfMatch === undefined ? undefined : { ifMatch: IfMatch };
};

/** A batch that somebody shortened by its last row, behind the importer's back; all others lie where they lay. */
const shortened = (line: string): string => {
  const batch = JSON.parse(line) as { rows: unknown[] };
  const fewer = JSON.stringify({ ...batch, rows: batch.rows.slice(0, -1) });
  return `${fewer}${' '.repeat(Buffer.byteLength(line) - Buffer.byteLength(fewer))}`;
};

/** A page of which somebody damaged one batch. */
const damaged = (page: Uint8Array, dice: Dice): Buffer => {
  const lines = Buffer.from(page).toString('utf8').split('\n');
  const at = dice.between(0, lines.length - 2);
  return Buffer.from(lines.map((line, number) => (number === at ? shortened(line) : line)).join('\n'));
};

/** Notes who holds which lease, and that nobody takes one from an attempt that is alive. */
const noteLease = (
  bucket: SimulatedBucket,
  { chronicle }: World,
  invocation: Invocation,
  { key, body }: { readonly key: string; readonly body: string },
) => {
  if (key.startsWith(prefixes.outcomes)) invocation.leases.delete(key.replace(prefixes.outcomes, prefixes.journals));
  if (!key.startsWith(prefixes.journals)) return;
  const { leaseUntil, owner } = JSON.parse(body) as { leaseUntil: number; owner: string };
  const holder = bucket.holders.get(key);
  const isHeld = holder?.invocation.running === true && holder.invocation.leases.has(key);
  if (isHeld && holder.owner !== owner) chronicle.violate(`${key} is held by two attempts at once`);
  if (leaseUntil === 0) {
    invocation.leases.delete(key);
    return;
  }
  invocation.leases.add(key);
  bucket.holders.set(key, { owner, invocation });
};

const put = (bucket: SimulatedBucket, world: World, invocation: Invocation, input: PutObjectCommand['input']) => {
  const { faults, chronicle, dice } = world;
  const key = input.Key ?? '';
  const condition = conditionOf(input);
  if (key.startsWith(prefixes.journals) && condition === undefined)
    chronicle.violate(`${key} is written without a condition`);
  const damages = key.startsWith(prefixes.batches) && faults.strike('state_damaged');
  const body = damages ? damaged(input.Body as Uint8Array, dice) : (input.Body as string | Uint8Array);
  if (damages) bucket.damaged.add(key);
  const trouble = (status: number): S3ServiceException => {
    invocation.troubled = true;
    return refusal(status);
  };
  if (condition !== undefined && faults.strike('s3_conflict')) throw trouble(409);
  const write = () => {
    const answer = bucket.put(key, body, condition);
    chronicle.tell(`  put ${key} ${condition === undefined ? 'plainly' : JSON.stringify(condition)}: ${answer.status}`);
    if (answer.status !== 200) throw refusal(answer.status);
    noteLease(bucket, world, invocation, { key, body: String(body) });
    return { ETag: answer.version.etag, $metadata: {} };
  };
  const written = write();
  // The answer was lost on the way, and the SDK has given up.
  if (faults.strike('s3_done_but_error')) throw trouble(500);
  return written;
};

async function* brokenBody(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body.subarray(0, body.length >> 1);
  throw new Error('the simulated answer broke off');
}

/** The bytes of a header `Range`; refused where the object ends before it begins. */
const partOf = (body: Buffer, range: string | undefined): Buffer => {
  if (range === undefined) return body;
  const [from = 0, to = 0] = range.replace('bytes=', '').split('-').map(Number);
  if (from >= body.length) throw refusal(416);
  return body.subarray(from, to + 1);
};

const get = (bucket: SimulatedBucket, { faults }: World, invocation: Invocation, input: GetObjectCommand['input']) => {
  const found = bucket.get(input.Key ?? '', input.VersionId);
  if (found === undefined) throw refusal(404);
  if (input.IfMatch !== undefined && input.IfMatch !== found.etag) throw refusal(412);
  const body = partOf(found.body, input.Range);
  const breaks = faults.strike('s3_body_breaks_off');
  if (breaks) invocation.troubled = true;
  const Body = Readable.from(breaks ? brokenBody(body) : [body]);
  invocation.bodies.push(Body);
  return { Body, ETag: found.etag, ContentLength: body.length, Metadata: found.metadata, $metadata: {} };
};

const head = (bucket: SimulatedBucket, input: HeadObjectCommand['input']) => {
  const found = bucket.get(input.Key ?? '');
  if (found === undefined) throw refusal(404);
  return { ETag: found.etag, ContentLength: found.body.length, $metadata: {} };
};

/** S3 tells when a version was stored to the second, and not as its event does. */
const storedAt = ({ writtenAt }: StoredVersion): Date => new Date(Math.ceil(writtenAt / 1000) * 1000);

const list = (bucket: SimulatedBucket, input: ListObjectsV2Command['input']) => {
  const after = input.ContinuationToken ?? input.StartAfter;
  const keys = bucket.keys(input.Prefix ?? '', after, pageKeys + 1);
  const page = keys.slice(0, pageKeys);
  return {
    Contents: page.map((Key) => {
      const version = bucket.get(Key) as StoredVersion;
      return { Key, Size: version.body.length, LastModified: storedAt(version) };
    }),
    IsTruncated: keys.length > pageKeys,
    NextContinuationToken: keys.length > pageKeys ? page.at(-1) : undefined,
    $metadata: {},
  };
};

const listVersions = (bucket: SimulatedBucket, input: ListObjectVersionsCommand['input']) => {
  const keys = bucket.keys(input.Prefix ?? '', input.KeyMarker, 2);
  const Versions = bucket
    .versions(keys[0] ?? '')
    .toReversed()
    .map((version, index) => ({
      Key: keys[0],
      VersionId: version.versionId,
      IsLatest: index === 0,
      LastModified: storedAt(version),
    }));
  return { Versions, IsTruncated: keys.length > 1, NextKeyMarker: keys[0], $metadata: {} };
};

/** An S3 client of one instance: what it sends goes to the simulated bucket, and may go wrong on the way. */
export const bucketClient = (bucket: SimulatedBucket, world: World, instance: Instance): S3Client => {
  const { faults, dice, chronicle } = world;
  const answer = (command: unknown): unknown => {
    if (faults.strike('s3_refused')) {
      instance.invocation.troubled = true;
      throw refusal(dice.pick([500, 503]));
    }
    if (command instanceof PutObjectCommand) return put(bucket, world, instance.invocation, command.input);
    if (command instanceof GetObjectCommand) return get(bucket, world, instance.invocation, command.input);
    if (command instanceof HeadObjectCommand) {
      const found = head(bucket, command.input);
      // A batch that has its outcomes needs no lease any more: whoever has taken one keeps it to no harm.
      instance.invocation.leases.delete((command.input.Key ?? '').replace(prefixes.outcomes, prefixes.journals));
      return found;
    }
    if (command instanceof ListObjectsV2Command) return list(bucket, command.input);
    if (command instanceof ListObjectVersionsCommand) return listVersions(bucket, command.input);
    throw new Error('a command that the simulated bucket does not know');
  };
  /** A first try whose answer is lost; the SDK's next try will meet what it has written. */
  const tryInVain = (command: PutObjectCommand): Promise<void> => {
    const effect = (): void => {
      const { Key: key = '', Body: body } = command.input;
      const answered = bucket.put(key, body as string, conditionOf(command.input));
      if (answered.status !== 200) return;
      noteLease(bucket, world, instance.invocation, { key, body: String(body) });
      if (key.startsWith(prefixes.journals)) chronicle.mark('own journal write met');
    };
    return instance.invocation.call(`tries ${command.input.Key}`, effect, { backMs: dice.between(50, 20_000) });
  };
  const send = async (command: { readonly input: { readonly Key?: string; readonly Prefix?: string } }) => {
    const what = `${command.constructor.name} ${command.input.Key ?? command.input.Prefix}`;
    const times = faults.strike('s3_slow') ? { thereMs: dice.between(1, 10_000), backMs: dice.between(1, 20_000) } : {};
    if (command instanceof PutObjectCommand && faults.strike('s3_own_write_met')) await tryInVain(command);
    return instance.invocation.call(what, () => answer(command), times);
  };
  return Object.assign(Object.create(client), { send }) as S3Client;
};
