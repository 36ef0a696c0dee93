import type { Status } from '../state/row-state.ts';

/** Rows that a person can correct and drop again. `unconfirmed` is not among them: it must be looked at first. */
const retried: ReadonlySet<Status> = new Set(['created_documents_incomplete', 'rejected', 'failed', 'not_sent']);

export const belongsInRetry = (status: Status): boolean => retried.has(status);

/** Rows that end well by themselves. */
const good: ReadonlySet<Status> = new Set(['created', 'duplicate', 'valid', 'ignored']);

export const needsPerson = (status: Status): boolean => !good.has(status);

/** Problems that are told first, whatever their number and however their row ended: its lead may be at lumi, or twice. */
const doubts: ReadonlySet<string> = new Set([
  'not_at_lumi',
  'maybe_twice',
  'other_lead',
  'same_lead',
  'unconfirmed',
  'duplicate_of_unconfirmed',
]);

export const isDoubt = ({ code }: { readonly code: string }): boolean => doubts.has(code);
