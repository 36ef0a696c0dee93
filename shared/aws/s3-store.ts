import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ByteRange, ObjectStore, WriteCondition } from '../bucket/object-store.ts';

/** How often a 409 (another conditional write is under way) is tried again before it counts as trouble. */
const maxConflictRounds = 5;

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** A missing object reads 404; a delete marker too. */
const isAbsent = (error: unknown): boolean => statusOf(error) === 404;

/** What is asked for; undefined where it is not there. */
const orNone = <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> =>
  asked.catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });

const conditionInput = (condition: WriteCondition | undefined) => {
  if (condition === undefined) return {};
  return 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch };
};

const rangeOf = (range: ByteRange | undefined): string | undefined =>
  range === undefined ? undefined : `bytes=${range.from}-${range.from + range.bytes - 1}`;

/** The SDK takes an empty body for a stream of unknown length, and warns of it on the terminal. */
const emptyInput = (body: string | Uint8Array) => (body.length === 0 ? { ContentLength: 0 } : {});

/** The bucket, by the real SDK. A condition that is not met is an answer; everything unexpected throws. */
export const s3Store = (client: S3Client, bucket: string): ObjectStore => {
  const get: ObjectStore['get'] = async (key, which) => {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: which?.versionId,
      IfMatch: which?.ifMatch,
      Range: rangeOf(which?.range),
    });
    const object = await orNone(client.send(command));
    return (
      object && {
        body: object.Body as Readable,
        etag: object.ETag ?? '',
        sizeBytes: object.ContentLength ?? 0,
        metadata: object.Metadata ?? {},
        versionId: object.VersionId,
      }
    );
  };

  const head: ObjectStore['head'] = async (key) => {
    const facts = await orNone(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
    return facts && { sizeBytes: facts.ContentLength ?? 0, etag: facts.ETag ?? '' };
  };

  // A version of it is left, behind the mark of its removal.
  const wasRemoved = async (key: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return false;
    } catch (error) {
      if (!isAbsent(error)) throw error;
      const { $response } = error as { readonly $response?: { readonly headers?: Readonly<Record<string, string>> } };
      return $response?.headers?.['x-amz-delete-marker'] === 'true';
    }
  };

  const put: ObjectStore['put'] = async (key, body, condition) => {
    for (let round = 1; ; round += 1) {
      try {
        const written = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ...emptyInput(body),
            ...conditionInput(condition),
          }),
        );
        return { kind: 'written', etag: written.ETag ?? '' };
      } catch (error) {
        const status = statusOf(error);
        if (condition !== undefined && status === 412) return { kind: 'ifAbsent' in condition ? 'exists' : 'changed' };
        if (condition !== undefined && 'ifMatch' in condition && status === 404) return { kind: 'changed' };
        if (status !== 409 || round === maxConflictRounds) throw error;
      }
    }
  };

  const upload: ObjectStore['upload'] = async (key, body, contentType) => {
    const stream = Readable.from(body);
    await new Upload({
      client,
      params: { Bucket: bucket, Key: key, Body: stream, ContentType: contentType },
      queueSize: 2,
    }).done();
  };

  async function* list(prefix: string, after?: string) {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, StartAfter: after })) {
      for (const { Key: key = '', Size: sizeBytes = 0, LastModified } of page.Contents ?? [])
        yield { key, sizeBytes, storedAt: LastModified?.getTime() ?? 0 };
    }
  }

  return { get, head, wasRemoved, put, upload, list };
};
