import { hash } from 'node:crypto';
import type { CreatedObject } from './aws/s3-event.ts';

/**
 * The import's name: the time of the upload and a short hash of what was uploaded, so that it sorts by time
 * and a redelivered event names the same import again.
 */
export const importIdOf = (upload: CreatedObject): string => {
  const time = new Date(upload.eventTime).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const identity = JSON.stringify([upload.bucket, upload.key, upload.versionId ?? upload.eventTime]);
  return `${time}-${hash('sha256', identity).slice(0, 8)}`;
};
