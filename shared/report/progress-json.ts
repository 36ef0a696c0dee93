import * as z from 'zod/mini';
import { reportPrefix } from '../bucket/keys.ts';
import { getText, type ObjectStore } from '../bucket/object-store.ts';
import { type EpochMs, isoTime } from '../clock.ts';
import { errorFields, type Log } from '../log.ts';
import { parseJson } from '../parse-json.ts';
import type { Manifest } from '../state/manifest.ts';
import { type Status, statuses } from '../state/row-state.ts';

const count = z.int().check(z.nonnegative());

/**
 * `progress.json`, beside where the report will be: how far an import is. Stable, as `summary.json` is. It is written by
 * the parser (`reading-progress.ts`), the submitter (`waiting-progress.ts`) and the reporter (`sending-progress.ts`).
 */
const progressSchema = z.object({
  importId: z.string(),
  state: z.enum(['reading', 'sending', 'waiting', 'reporting', 'completed', 'refused', 'cancelled']),
  /** Data rows of the file; 0 while it is read. */
  rows: count,
  /** How many rows have ended, and how. */
  statuses: z.record(z.enum(statuses), count),
  startedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Null where nothing can be said yet. */
  expectedEnd: z.nullable(z.iso.datetime()),
  /** Why it waits, or is sent no faster, in one sentence; null where there is nothing to say. */
  why: z.nullable(z.string()),
});

export type Progress = z.output<typeof progressSchema>;

export const progressFile = 'progress.json';

export const progressKey = (sourceKey: string, importId: string): string =>
  `${reportPrefix(sourceKey, importId)}${progressFile}`;

export const noStatuses = (): Record<Status, number> =>
  Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;

/** Rows that have ended. */
export const endedRows = ({ statuses: counts }: Pick<Progress, 'statuses'>): number =>
  statuses.reduce((sum, status) => sum + counts[status], 0);

/** The import that a progress is about. */
export type Subject = Pick<Manifest, 'importId' | 'startedAt' | 'rows'> & { readonly source: { readonly key: string } };

/** When the last row ends if the others take as long as those that have ended since a moment. */
const expectedEnd = (rows: number, ended: number, sendingSince: EpochMs, now: EpochMs): string | null => {
  if (ended === 0 || now <= sendingSince) return null;
  return isoTime(now + ((now - sendingSince) / ended) * Math.max(0, rows - ended));
};

/** Rows of an import that ended in the submitter, and since when it sends. */
export interface SentSoFar {
  readonly ended: number;
  readonly toSend: number;
  readonly sendingSince: EpochMs;
}

export const progressOf = (
  { importId, rows, startedAt }: Subject,
  about: Pick<Progress, 'state' | 'statuses'> & {
    readonly now: EpochMs;
    readonly sent?: SentSoFar;
    readonly why?: string;
  },
): Progress => {
  const { state, statuses: counts, now, sent, why } = about;
  const end = sent === undefined ? null : expectedEnd(sent.toSend, sent.ended, sent.sendingSince, now);
  return {
    importId,
    state,
    rows,
    statuses: counts,
    startedAt,
    updatedAt: isoTime(now),
    expectedEnd: end,
    why: why ?? null,
  };
};

const isOver = ({ state }: Progress): boolean => state === 'completed' || state === 'refused' || state === 'cancelled';

/** No batch waits longer for its next try, which is noted anew. */
const longestWaitMs = 1_200_000;

/** Whether an import still waits as was noted: that nothing has ended since is no news. */
const isStillWaiting = (known: Progress, { state, updatedAt, ...next }: Progress): boolean =>
  state === 'sending' &&
  known.state === 'waiting' &&
  endedRows(known) === endedRows(next) &&
  Date.parse(updatedAt) < Date.parse(known.updatedAt) + longestWaitMs;

const read = (text: string): Progress | undefined => progressSchema.safeParse(parseJson(text)).data;

/**
 * Writes how far an import is. It never goes back: what comes late, or from an instance that has counted less, is passed
 * over, and so is what somebody else has written in the meantime.
 */
export const writeProgress = async (
  store: ObjectStore,
  { source }: Pick<Subject, 'source'>,
  progress: Progress,
): Promise<void> => {
  const key = progressKey(source.key, progress.importId);
  const stored = await getText(store, key);
  const known = stored === undefined ? undefined : read(stored.text);
  if (known !== undefined && !isOver(progress) && (isOver(known) || endedRows(known) > endedRows(progress))) return;
  if (known !== undefined && isStillWaiting(known, progress)) return;
  await store.put(key, JSON.stringify(progress), stored === undefined ? { ifAbsent: true } : { ifMatch: stored.etag });
};

/** How far an import is; undefined where nobody has said, or it cannot be read. */
export const readProgress = async (store: ObjectStore, key: string): Promise<Progress | undefined> =>
  read((await getText(store, key))?.text ?? '');

/** Progress is worth a request now and then, and never an import. */
export const withoutFail = async (write: () => Promise<void>, log: Log): Promise<void> => {
  try {
    await write();
  } catch (error) {
    log('progress_not_written', errorFields(error));
  }
};
