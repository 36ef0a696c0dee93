import { hash } from 'node:crypto';

/** One upload as S3 announces it. `versionId` is absent where the bucket keeps no versions. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** When S3 stored the object, ISO 8601. */
  readonly eventTime: string;
}

/**
 * The import's name: the time of the upload and a short hash of what was uploaded, so that it sorts by time
 * and a redelivered event names the same import again.
 */
export const importIdOf = (upload: Upload): string => {
  const time = new Date(upload.eventTime).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const identity = JSON.stringify([upload.bucket, upload.key, upload.versionId ?? upload.eventTime]);
  return `${time}-${hash('sha256', identity).slice(0, 8)}`;
};
