/** How a row of a file can end, in the order in which people want to read them. */
export const statuses = [
  'created',
  'created_documents_incomplete',
  'duplicate',
  'rejected',
  'failed',
  'unconfirmed',
  'not_sent',
  'valid',
] as const;

export type Status = (typeof statuses)[number];

/** Rows that a person can correct and drop again. `unconfirmed` is not among them: it must be looked at first. */
const retried: ReadonlySet<Status> = new Set(['created_documents_incomplete', 'rejected', 'failed', 'not_sent']);

export const belongsInRetry = (status: Status): boolean => retried.has(status);

/** Rows that end well by themselves. */
const good: ReadonlySet<Status> = new Set(['created', 'duplicate', 'valid']);

export const needsPerson = (status: Status): boolean => !good.has(status);
