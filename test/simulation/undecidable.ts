import { apiTiming } from '../../infra/topology.ts';
import { journalKey, manifestKey, outcomesKey } from '../../shared/bucket/keys.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { openRows } from '../../shared/state/batch.ts';
import { type Journal, journalSchema } from '../../shared/state/lease.ts';
import type { Manifest } from '../../shared/state/manifest.ts';
import { outcomesSchema } from '../../shared/state/outcomes.ts';
import { stagedBatch } from '../support/staged-batches.ts';
import { maxSkewMs } from './clock-skew.ts';
import { leadKeyOf } from './people-rows.ts';
import { type Aftermath, answeredAt, gaveUp, isCreated, type ReportedRow } from './reported-rows.ts';

/** Whether some attempt held the lease, might have sent the row, and ended without giving it back. */
const wasBrokenOff = (row: ReportedRow, aftermath: Aftermath): boolean => brokenOff(row, aftermath).length > 0;

/** The batch of a row, and the row's place among those that the parser left open. */
const batchOf = ({ drop, index }: ReportedRow, { bucket }: Aftermath) => {
  const number = Math.floor(index / limits.rowsPerBatch);
  const manifest = JSON.parse(bucket.text(manifestKey(drop.importId)) ?? '{}') as Manifest;
  const { rows } = stagedBatch(manifest, number, (key) => bucket.get(key)?.body);
  return { number, position: openRows(rows).findIndex(({ line }) => line === index + 2) };
};

/** A journal as it once was in the bucket. */
interface PastJournal extends Journal {
  readonly writtenAt: EpochMs;
}

const journalsKnown = new WeakMap<object, readonly PastJournal[]>();

/** What the journal of a row's batch was, one version after the other. Read once for all rows of the batch. */
const journalsOf = ({ drop, index }: ReportedRow, { bucket }: Aftermath): readonly PastJournal[] => {
  const versions = bucket.versions(journalKey(drop.importId, Math.floor(index / limits.rowsPerBatch)));
  const [first] = versions;
  if (first === undefined) return [];
  const known =
    journalsKnown.get(first) ??
    versions.map(({ body, writtenAt }) => ({
      ...(journalSchema.parse(JSON.parse(body.toString('utf8'))) as Journal),
      writtenAt,
    }));
  journalsKnown.set(first, known);
  return known;
};

/** When the leases ended whose holders ended without a word, and may have sent the row. */
const brokenOff = (row: ReportedRow, aftermath: Aftermath): readonly EpochMs[] => {
  const { position } = batchOf(row, aftermath);
  const journals = journalsOf(row, aftermath);
  const ends = journals.filter(({ leaseUntil, sends, owner, states }, at) => {
    const next = journals[at + 1];
    const maySend = sends || states[position]?.state === 'in_doubt';
    return leaseUntil > 0 && maySend && next !== undefined && next.owner !== owner;
  });
  return ends.map(({ leaseUntil }) => leaseUntil);
};

const isSameBatch = (one: ReportedRow, other: ReportedRow): boolean =>
  one.drop === other.drop &&
  Math.floor(one.index / limits.rowsPerBatch) === Math.floor(other.index / limits.rowsPerBatch);

/** By so much a lead must say that it is older, since clocks differ. */
const clearlyOlderMs = 10 * 60_000 + maxSkewMs;

const idOf = ({ reportedId }: ReportedRow): string => reportedId;

/** When the row was first sent, until when it can have been created, and when it was left to a person, as far as the journals of its batch say. */
const doubtOf = (row: ReportedRow, position: number, aftermath: Aftermath) => {
  const doubt = { sentAt: 0, until: 0, endedAt: Number.POSITIVE_INFINITY, wasAbsentByTime: false, unreadLooks: 0 };
  for (const { states, writtenAt } of journalsOf(row, aftermath)) {
    const state = states[position];
    // What was noted before it was sent is no doubt any more where the answer said so: the latest one counts.
    if (state?.state === 'in_doubt')
      Object.assign(doubt, { sentAt: state.sentAt, until: state.until, unreadLooks: state.unread?.looks ?? 0 });
    if (state?.state === 'unsent' && state.byTime === true) doubt.wasAbsentByTime = true;
    if (state?.state === 'ended') doubt.endedAt = Math.min(doubt.endedAt, writtenAt);
  }
  return doubt;
};

/** Whether a row whose lead is not there would be sent again: not where that was given up, or the row alone kept failing. */
const isSentAgain = (row: ReportedRow, aftermath: Aftermath): boolean => {
  const failsAlone = journalsOf(row, aftermath).some(({ states }) =>
    states.some((state) => 'failedAlone' in state && (state.failedAlone ?? 0) >= 2),
  );
  return row.drop.cancelledAt === undefined && !gaveUp(row, aftermath) && !failsAlone;
};

/**
 * Whether the batch of a row knew a lead that a listing had to show beside it: without one no listing proves anything.
 * An instance may have known leads of other batches too; that is not demanded here.
 */
const hasControl = (row: ReportedRow, aftermath: Aftermath): boolean => {
  const { bucket } = aftermath;
  const { drop } = row;
  const { number, position } = batchOf(row, aftermath);
  const { states, finishedAt } = outcomesSchema.parse(
    JSON.parse(bucket.text(outcomesKey(drop.importId, number)) ?? ''),
  );
  const { sentAt, until, endedAt, wasAbsentByTime, unreadLooks } = doubtOf(row, position, aftermath);
  // A listing that could not be read so many times in a row is not waited for.
  if (unreadLooks >= 7) return false;
  // It was to be sent again, and that came to nothing: it is not looked for then.
  if (wasAbsentByTime && !isSentAgain(row, aftermath)) return false;
  const latest = Math.min(endedAt, Date.parse(finishedAt)) - apiTiming.listingSettleMs;
  // What is not sent again is only settled by a lead that was created later.
  const since = isSentAgain(row, aftermath)
    ? // One from long before says that the listing may take as long.
      Math.max(sentAt - 60_000, until - 30 * 60_000)
    : Math.max(until, ...brokenOff(row, aftermath)) + maxSkewMs;
  return states.some(({ createdAt = 0 }, at) => at !== position && createdAt >= since && createdAt < latest);
};

/** Whether nobody could know if the lead was created. */
export const isUndecidable = (row: ReportedRow, others: readonly ReportedRow[], aftermath: Aftermath): boolean => {
  const { api, people, witness } = aftermath;
  const { want, drop, index } = row;
  const story = witness.batch(drop.importId, Math.floor(index / limits.rowsPerBatch));
  const mayHaveBeenSent = api.unclear.has(want.key) || wasBrokenOff(row, aftermath);
  if (!mayHaveBeenSent) return false;
  if (api.isHostile || api.isDishonest || api.rewrites || !hasControl(row, aftermath)) return true;
  // The first leads ever, none of which is certainly older, and just as many as a list might be cut to.
  const { sentAt } = doubtOf(row, batchOf(row, aftermath).position, aftermath);
  const isFirst = api.leads.every(({ createdAt }) => createdAt > sentAt - clearlyOlderMs);
  if (isFirst && api.leads.length >= 10) return true;
  // Leads that resemble it, and of which this batch does not know for certain whose they are.
  const known = new Set(others.filter((other) => isCreated(other) && isSameBatch(other, row)).map(idOf));
  const looks = new Set(people.lookalikesOf(want).map(({ key }) => key));
  const until = answeredAt(row, aftermath);
  const rivals = api.leads.filter(
    ({ id, payload, createdAt }) => looks.has(leadKeyOf(payload)) && !known.has(id) && createdAt < until,
  );
  const isThere = rivals.some(({ payload }) => leadKeyOf(payload) === want.key);
  // A twin leaves open whose lead is there; any rival does where the lead itself is not there.
  if (isThere ? people.twinsOf(want).length > 1 : rivals.length > 0) return true;
  // Whoever cancels does not wait for a listing that does not answer.
  if (drop.cancelledAt !== undefined && story.obstructed) return true;
  return gaveUp(row, aftermath) && story.leftTooEarly === undefined && story.obstructed;
};
