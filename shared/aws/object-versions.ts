import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ListVersions } from '../bucket/bucket-and-queues.ts';

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
