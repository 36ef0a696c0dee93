import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { s3Client } from '../../../shared/aws/clients.ts';
import { connectAws } from '../../../shared/aws/connect-aws.ts';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import type { Manifest } from '../../../shared/state/manifest.ts';
import { LocalBucket } from '../../laptop/local-bucket.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { PlaceOptions } from './place.ts';
import { connection, outputOf } from './stack.ts';
import { checkUsedDirectory } from './state-directory.ts';

/** What is erased: one object, or one version of it, or all that is below a prefix. */
export type Erased = { readonly key: string; readonly versionId?: string | undefined } | { readonly prefix: string };

/** A place whose objects can be removed for good, with all of their versions. */
export interface ErasingPlace {
  readonly store: ObjectStore;
  /** Whether the dropped file of an import is the one that lies under its key, and no later one of its name. */
  isSource(manifest: Pick<Manifest, 'importId' | 'source'>): boolean;
  /** @returns how many objects and versions were there */
  erase(what: Erased): Promise<number>;
  /** Leaves nothing of what was erased. */
  finish(): void;
  close(): void;
}

type Version = Pick<ObjectVersion, 'Key' | 'VersionId'>;

const isWanted =
  (what: Erased) =>
  ({ Key, VersionId }: Version): boolean =>
    'prefix' in what || (Key === what.key && (what.versionId === undefined || VersionId === what.versionId));

const deleteVersions = async (client: S3Client, bucket: string, found: readonly Version[]): Promise<void> => {
  if (found.length === 0) return;
  const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const { Errors = [] } = await client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  );
  const [first] = Errors;
  if (first !== undefined)
    throw new UsageError(`${first.Key} could not be erased: AWS answers ${first.Code}. Run the command again.`);
};

const eraseVersions = async (client: S3Client, bucket: string, what: Erased): Promise<number> => {
  const input = { Bucket: bucket, Prefix: 'prefix' in what ? what.prefix : what.key };
  let erased = 0;
  let from: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ ...input, ...from }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].filter(isWanted(what));
    erased += found.length;
    await deleteVersions(client, bucket, found);
    if (page.IsTruncated !== true) return erased;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
};

const openStackEraser = async (stack: string): Promise<ErasingPlace> => {
  const aws = connection();
  const bucket = await outputOf(stack, 'BucketName', aws.AWS_REGION);
  const client = s3Client(aws);
  return {
    store: connectAws({ ...aws, BUCKET_NAME: bucket }).store,
    isSource: () => true,
    erase: (what) => eraseVersions(client, bucket, what),
    finish: () => undefined,
    close: () => client.destroy(),
  };
};

/** @throws UsageError where it is not said which place, or there is none */
export const openEraser = async ({ state, stack }: PlaceOptions): Promise<ErasingPlace> => {
  if (state !== undefined && stack !== undefined) throw new UsageError('Expected --state or --stack, not both.');
  if (stack !== undefined) return openStackEraser(stack);
  if (state === undefined)
    throw new UsageError('Expected --state DIR, where imports on this machine were kept, or --stack NAME.');
  checkUsedDirectory(state);
  const store = new LocalBucket(state);
  return {
    store,
    isSource: ({ importId, source: { bucket, key } }) => {
      const eventTime = store.writtenAt(key);
      return eventTime !== undefined && importIdOf({ bucket, key, eventTime }) === importId;
    },
    erase: async (what) => store.erase(what),
    finish: () => store.compact(),
    close: () => store.close(),
  };
};
