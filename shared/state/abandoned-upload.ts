import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';

/** The message that ends an upload which could not be imported: the notification that announced it. */
const abandonedSchema = z.object({ abandoned: z.string() });

/** The notification inside a message about an abandoned upload; undefined where the message is about none. */
export const abandonedNotification = (messageBody: string): string | undefined => {
  const parsed = abandonedSchema.safeParse(parseJson(messageBody));
  return parsed.success ? parsed.data.abandoned : undefined;
};

export const abandonedUpload = (notification: string): string => JSON.stringify({ abandoned: notification });
