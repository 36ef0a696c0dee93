import type { Status } from '../ledger/row-state.ts';

/** Rows that a person can correct and drop again. `unconfirmed` is not among them: it must be looked at first. */
const retried: ReadonlySet<Status> = new Set(['created_documents_incomplete', 'rejected', 'failed', 'not_sent']);

export const belongsInRetry = (status: Status): boolean => retried.has(status);

/** Rows that end well by themselves. */
const good: ReadonlySet<Status> = new Set(['created', 'duplicate', 'valid', 'ignored']);

export const needsPerson = (status: Status): boolean => !good.has(status);
