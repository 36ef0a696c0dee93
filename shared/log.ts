import { UnreadableState } from './bucket/stored-json.ts';

type Level = 'info' | 'warn' | 'error';

export interface EventKind {
  readonly level: Level;
  readonly message: string;
  /** Counted as a CloudWatch metric of this name, which an alarm of the stack may watch. */
  readonly metric?: string;
}

/** Every event that the importer logs. A new one is added here, never at the place that logs it. */
export const eventKinds = {
  upload_ignored: { level: 'info', message: 'An event that is not about a file to import was ignored' },
  import_has_ended: { level: 'info', message: 'An upload was announced again whose import has ended' },
  upload_found: { level: 'warn', message: 'An upload that nobody had announced was found', metric: 'UploadsFound' },
  dead_letters_taken: { level: 'warn', message: 'Dead letters were found and ended' },
  import_overdue: {
    level: 'error',
    message: 'An import has no report a day after its give-up time',
    metric: 'ImportsOverdue',
  },
  import_ended: { level: 'error', message: 'An import that could not end any more was cancelled' },
  sweep_failed: { level: 'error', message: 'A part of a sweep failed; the next one does it again' },
  import_staged: { level: 'info', message: 'A file was read to its end and staged', metric: 'ImportsStaged' },
  import_refused: { level: 'warn', message: 'A file was refused as a whole', metric: 'ImportsRefused' },
  import_released: { level: 'info', message: 'The batches of an import were released' },
  import_cancelled: { level: 'info', message: 'An import was cancelled; nothing more of it is sent' },
  import_abandoned: {
    level: 'error',
    message: 'A file could not be imported after repeated attempts',
    metric: 'ImportsAbandoned',
  },
  attempt_started: { level: 'info', message: 'An attempt at a batch began' },
  attempt_paused: { level: 'warn', message: 'A batch waits for its next attempt' },
  batch_waits: { level: 'info', message: 'The Leads API is paused; a batch waits for its turn' },
  batch_held: { level: 'info', message: 'Another attempt holds the lease of a batch; it waits' },
  batch_finished: { level: 'info', message: 'Every row of a batch has ended' },
  batch_reconciled: { level: 'warn', message: 'Rows in doubt were compared with the list of leads' },
  journal_lost: {
    level: 'error',
    message: 'What was known of a batch is gone or damaged; its rows are looked for in the list of leads',
  },
  lease_lost: { level: 'warn', message: 'Another attempt took the batch over' },
  credentials_refused: {
    level: 'error',
    message: 'The Leads API refuses the credentials',
    metric: 'CredentialsRefused',
  },
  api_trouble: { level: 'warn', message: 'A request to the Leads API failed', metric: 'ApiTrouble' },
  import_reported: { level: 'info', message: 'The report of an import was written', metric: 'ImportsReported' },
  rows_unconfirmed: {
    level: 'warn',
    message: 'An import has ended with rows of which nobody knows whether their leads are there',
    metric: 'RowsUnconfirmed',
  },
  leads_maybe_twice: {
    level: 'error',
    message: 'An import has ended with leads that may be there twice',
    metric: 'LeadsMaybeTwice',
  },
  rows_share_lead: {
    level: 'warn',
    message: 'An import has ended with rows that the Leads API answered with one lead',
  },
  import_proven: { level: 'info', message: 'An import was held against the list of leads', metric: 'ImportsProven' },
  proof_waits: { level: 'info', message: 'The proof of an import waits for the list of leads' },
  proof_not_possible: {
    level: 'warn',
    message: 'An import could not be held against the list of leads',
    metric: 'ProofsNotPossible',
  },
  leads_not_as_reported: {
    level: 'error',
    message: 'The list of leads does not show the leads of an import as its report says',
    metric: 'LeadsNotAsReported',
  },
  totals_mismatch: {
    level: 'error',
    message: 'The totals of a report do not add up; it was not published',
    metric: 'TotalsMismatch',
  },
  notice_failed: {
    level: 'error',
    message: 'Nobody was told that an import has ended; its report is there',
    metric: 'NoticesFailed',
  },
  progress_not_written: { level: 'warn', message: 'How far an import is could not be written; the import goes on' },
  message_failed: {
    level: 'error',
    message: 'A message could not be processed; it will be delivered again',
    metric: 'MessagesFailed',
  },
  redelivery_not_delayed: {
    level: 'error',
    message: 'The redelivery of a message could not be delayed; it waits for its visibility time-out',
  },
  reconciliation_failed: {
    level: 'error',
    message: 'Rows in doubt of a batch that is given up could not be compared with the list of leads',
  },
  lease_not_released: {
    level: 'error',
    message: 'The lease of a failed attempt could not be given back; it runs out',
  },
  poll_failed: { level: 'error', message: 'A local queue could not be read; it is read again' },
} as const satisfies Record<string, EventKind>;

export type EventName = keyof typeof eventKinds;

/** The fields of an event: names, numbers and codes. No field can hold a cell's value. */
export interface EventFields {
  readonly importId?: string | undefined;
  readonly batch?: number | undefined;
  readonly batches?: number | undefined;
  readonly rows?: number | undefined;
  readonly line?: number | undefined;
  readonly attempt?: number | undefined;
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly created?: number | undefined;
  readonly absent?: number | undefined;
  readonly there?: number | undefined;
  readonly twice?: number | undefined;
  readonly other?: number | undefined;
  readonly tooEarly?: number | undefined;
  readonly undecidable?: number | undefined;
  /** What became of the lease before: there was `none`, a `release`, or an `expiry`. */
  readonly leaseAfter?: string | undefined;
  readonly open?: number | undefined;
  readonly taken?: number | undefined;
  readonly left?: number | undefined;
  readonly expected?: number | undefined;
  readonly errorName?: string | undefined;
  /** Where in our own code, never what was read. */
  readonly errorStack?: string | undefined;
  /** What is the matter, where it can be told without a word of what was read: an unreadable object of state, a full disk. */
  readonly reason?: string | undefined;
}

export type Log = (event: EventName, fields?: EventFields) => void;

/** What the database of a laptop says of itself (`database or disk is full`). */
const hasDatabaseText = (error: Error): error is Error & { readonly errstr: string } =>
  'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errstr' in error && typeof error.errstr === 'string';

const reasonOf = (error: Error): string | undefined => {
  if (error instanceof UnreadableState) return error.message;
  return hasDatabaseText(error) ? error.errstr : undefined;
};

/**
 * Names an error and where it happened. Its message is left out, since a library may have put a value into it, unless it
 * is one that quotes nothing.
 */
export const errorFields = (error: unknown): Pick<EventFields, 'errorName' | 'errorStack' | 'reason'> => {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const reason = reasonOf(error);
  return {
    errorName: error.name,
    errorStack: frames.slice(0, 12).join('\n'),
    ...(reason !== undefined && { reason }),
  };
};
