import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';

/** One object as S3 announces it. `versionId` is absent where the bucket keeps no versions. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** When S3 stored the object, ISO 8601. */
  readonly eventTime: string;
}

const recordSchema = z.object({
  eventTime: z.iso.datetime(),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), versionId: z.optional(z.string()) }),
  }),
});

const eventSchema = z.union([
  z.object({ Records: z.array(recordSchema) }),
  z.object({ Event: z.literal('s3:TestEvent') }),
]);

/** Keys travel as in a query string: percent-encoded, a space as `+`. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** A notification of one object, as S3 would send it. */
export const notificationOf = ({ bucket, key, versionId, eventTime }: CreatedObject): string =>
  JSON.stringify({
    Records: [{ eventTime, s3: { bucket: { name: bucket }, object: { key: encodeKey(key), versionId } } }],
  });

/** Whether a message is a notification of S3. */
export const isNotification = (messageBody: string): boolean => eventSchema.safeParse(parseJson(messageBody)).success;

/**
 * The objects that an S3 notification announces; none for the event that S3 sends to try out a new notification.
 * Throws where the message is no S3 notification at all: it then ends in the dead-letter queue, where a person looks.
 */
export const createdObjects = (messageBody: string): readonly CreatedObject[] => {
  const event = eventSchema.parse(JSON.parse(messageBody));
  if (!('Records' in event)) return [];
  return event.Records.map(({ eventTime, s3 }) => ({
    bucket: s3.bucket.name,
    key: decodeKey(s3.object.key),
    eventTime,
    ...(s3.object.versionId !== undefined && { versionId: s3.object.versionId }),
  }));
};
