import { hash } from 'node:crypto';
import type { CreatedObject } from './s3-event.ts';

/** What tells one upload from every other, whoever announces it: hexadecimal. */
export const uploadIdentity = ({ bucket, key, versionId, eventTime }: CreatedObject): string =>
  hash('sha256', JSON.stringify([bucket, key, versionId ?? eventTime]));

const shortLength = 8;

/**
 * The import's name: the time of the upload and a short hash of what was uploaded, so that it sorts by time
 * and a redelivered event names the same import again.
 */
export const importIdOf = (upload: CreatedObject): string => {
  const time = new Date(upload.eventTime).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${uploadIdentity(upload).slice(0, shortLength)}`;
};

/** The part of an import's name that does not depend on who announced the upload. */
export const shortIdentity = (importId: string): string => importId.slice(-shortLength);

/** The time in an import's name, ISO 8601, to the second. */
export const importTime = (importId: string): string =>
  importId.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z');

/** Where the imports of a time begin in a listing of their names. */
export const importsFrom = (isoTime: string): string => isoTime.replaceAll(/[-:]|\.\d+Z$/g, '');
