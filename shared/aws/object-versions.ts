import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { EpochMs } from '../clock.ts';

/** One version of an object in a bucket that keeps versions. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** When S3 stored it, to the second. */
  readonly storedAt: EpochMs;
}

/** Lists all versions of the objects below a prefix, less the objects that somebody has deleted. */
export type ListVersions = (prefix: string) => AsyncIterable<ObjectVersion>;

/** What S3 gives a version of a bucket that keeps none: its events do not name it. */
const noVersion = 'null';

export const listVersions = (client: S3Client, bucket: string): ListVersions =>
  async function* (prefix) {
    // A key's latest version comes first, so a deletion is known before the versions below it, on whatever page.
    const deleted = new Set<string | undefined>();
    let next: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...next }));
      for (const { Key, IsLatest } of page.DeleteMarkers ?? []) if (IsLatest === true) deleted.add(Key);
      for (const { Key: key = '', VersionId: versionId = noVersion, LastModified } of page.Versions ?? []) {
        if (versionId !== noVersion && !deleted.has(key))
          yield { key, versionId, storedAt: LastModified?.getTime() ?? 0 };
      }
      if (page.IsTruncated !== true) return;
      next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  };
