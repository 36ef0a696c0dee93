import { apiTiming, functions } from '../../infra/topology.ts';
import { shortIdentity } from '../../shared/bucket/import-id.ts';
import {
  createdLeadsKey,
  importIdOfKey,
  manifestKey,
  outcomesKey,
  prefixes,
  reportFiles,
} from '../../shared/bucket/keys.ts';
import { limits } from '../../shared/limits.ts';
import { progressFile } from '../../shared/report/progress-json.ts';
import { journalSchema } from '../../shared/state/lease.ts';
import { maxSkewMs } from './clock-skew.ts';
import { type Drop, documentContent } from './people.ts';
import { coreOf, leadKeyOf } from './people-rows.ts';
import { checkProof } from './proven.ts';
import {
  type Aftermath,
  abandoned,
  answeredAt,
  gaveUp,
  isCreated,
  isDamaged,
  type ReportedRow,
  readReport,
  stuck,
} from './reported-rows.ts';
import { isUndecidable } from './undecidable.ts';

const hourMs = 3_600_000;
/** What the queues' own waits can add behind the give-up time or the last fault: visibility of uploads and of results. */
const queueDelayMs = 6 * hourMs;

const byKey = (rows: readonly ReportedRow[]): ReadonlyMap<string, readonly ReportedRow[]> =>
  Map.groupBy(rows, ({ want }) => want.key);

/** The API never holds a lead twice, nor one that nobody asked for, nor one that no report names. */
const checkLeads = ({ world, api, people }: Aftermath, rows: readonly ReportedRow[]): void => {
  const { chronicle } = world;
  const rowsOf = byKey(rows);
  const keys = new Set<string>();
  const asked = new Set(
    people.drops.filter(({ kind }) => kind === 'import').flatMap((drop) => drop.rows.map(({ want }) => want.key)),
  );
  for (const { id, payload } of api.leads) {
    const key = leadKeyOf(payload);
    const isTampered = api.tampered.has(key);
    if (keys.has(key) && !isTampered) chronicle.violate(`${key} was created twice`);
    keys.add(key);
    if (!asked.has(key)) chronicle.violate(`${key} was created from a file of which nothing may be sent`);
    const claims = (rowsOf.get(key) ?? []).filter((row) => isCreated(row) && row.reportedId === id);
    const doubted = (rowsOf.get(key) ?? []).some(({ status }) => status === 'unconfirmed' || status === stuck);
    if (claims.length > 1) chronicle.violate(`${id} is the lead of ${claims.length} rows`);
    if (claims.length === 0 && !doubted && !isTampered)
      chronicle.violate(`${id} of ${key} is there and no report knows it`);
  }
};

const checkDocuments = ({ world, api, people }: Aftermath, row: ReportedRow): void => {
  if (row.status !== 'created') return;
  for (const name of row.want.documents) {
    const attached = api.documents.some(
      ({ leadId, filename, content }) =>
        leadId === row.reportedId && filename === name && content === documentContent(name),
    );
    const isLeftOut = people.leftOut.has(name);
    if (!attached)
      world.chronicle.violate(`${row.want.key} is created and lacks a document${isLeftOut ? ' left out' : ''}`);
  }
};

const rejectionIsDeserved = ({ want, codes, leadId }: ReportedRow, { people, api }: Aftermath): boolean => {
  if (want.flaw === 'bad_email') return codes.includes(':customer.email') || codes.includes(':Email');
  if (codes.startsWith('refused_by_api')) return want.flaw === 'refused_by_api';
  if (codes.startsWith('document_missing')) return want.documents.some((name) => people.leftOut.has(name));
  if (codes.startsWith('other_lead')) {
    const lead = api.lead(leadId);
    return lead !== undefined && !people.lookalikesOf(want).some(({ key }) => key === leadKeyOf(lead.payload));
  }
  return leadId !== '' && codes.startsWith('lead_not_found');
};

/** Whether the other import had not ended when this one was parsed; a parser may be at it for a while. */
const ranWhenParsed = (other: Drop, drop: Drop, aftermath: Aftermath): boolean => {
  const { bucket } = aftermath;
  const [ledger] = bucket.versions(createdLeadsKey(other.importId));
  const [manifest] = bucket.versions(manifestKey(drop.importId));
  // At rest every import has ended; only damaged state keeps one from it.
  if (ledger === undefined || manifest === undefined) return isDamaged(other, aftermath);
  return ledger.writtenAt >= manifest.writtenAt - functions.parser.timeoutSeconds * 1000;
};

const isSentOtherwise = ({ codes }: ReportedRow): boolean => codes.startsWith('sent_otherwise');

/** Whether another row holds the lead, or one with its core, or might have when this one was settled. */
const isRealDuplicate = (row: ReportedRow, rows: readonly ReportedRow[], aftermath: Aftermath): boolean => {
  if (row.codes.startsWith('already_complete')) return row.leadId !== '';
  if (isSentOtherwise(row)) aftermath.world.chronicle.mark('row sent_otherwise');
  // An import that runs may turn out to have left the lead to one that holds its core.
  const isOfCore = rows.some((other) => other.want.key === row.want.key && isSentOtherwise(other));
  return rows.some((other) => {
    if (other === row || other.status === 'duplicate' || other.drop.kind !== 'import') return false;
    if (isOfCore ? coreOf(other.want) !== coreOf(row.want) : other.want.key !== row.want.key) return false;
    // What was left to another import, and there to a lead of its core, may be further down.
    if (other.drop === row.drop && !isOfCore) return !isSentOtherwise(row) && other.index < row.index;
    const holds = isCreated(other) || other.status === 'unconfirmed';
    return holds || ranWhenParsed(other.drop, row.drop, aftermath);
  });
};

/**
 * Whether a batch was settled before the listing had had its time since a row was last sent; clocks differ a little.
 * Only who gives up without an answer of the listing need not wait for it.
 */
const isSettledTooEarly = (row: ReportedRow, aftermath: Aftermath): boolean => {
  const { api, bucket, witness } = aftermath;
  const batch = Math.floor(row.index / limits.rowsPerBatch);
  const listingAnswered = witness.batch(row.drop.importId, batch).leftTooEarly !== undefined;
  if (gaveUp(row, aftermath) && !listingAnswered) return false;
  const { finishedAt } = JSON.parse(bucket.text(outcomesKey(row.drop.importId, batch)) ?? '{}') as {
    finishedAt: string;
  };
  const until = answeredAt(row, aftermath);
  const sentAt = Math.max(0, ...(api.takenAt.get(row.want.key) ?? []).filter((at) => at < until));
  return Date.parse(finishedAt) < sentAt + apiTiming.listingSettleMs - 3 * maxSkewMs;
};

const checkRow = (
  row: ReportedRow,
  rows: readonly ReportedRow[],
  rowsOf: ReadonlyMap<string, readonly ReportedRow[]>,
  aftermath: Aftermath,
): void => {
  const { world, api } = aftermath;
  const { want, status, drop, reportedId, codes } = row;
  const violate = (what: string): void =>
    world.chronicle.violate(`${drop.importId} ${want.key} is ${status} ${codes}: ${what}`);
  const allowed: readonly string[] = {
    import: [abandoned, 'created', 'created_documents_incomplete', 'duplicate', 'rejected', 'failed', 'unconfirmed'],
    dry_run: [abandoned, 'valid', 'duplicate', 'rejected'],
    refused: [abandoned, 'not_sent', 'duplicate', 'rejected'],
    unreadable: [abandoned],
  }[drop.kind];
  world.chronicle.mark(`row ${status}`);
  if (status !== stuck && !allowed.includes(status)) violate(`no end for ${drop.kind}`);
  const others = rowsOf.get(want.key) ?? [];
  // Where the API keeps leads otherwise than it answers, a twin of one may be taken for the row's too: the proof tells.
  if (isCreated(row) && !api.isDishonest) {
    const lead = api.lead(reportedId);
    if (lead === undefined || leadKeyOf(lead.payload) !== want.key) violate(`${reportedId} is not its lead`);
    checkDocuments(aftermath, row);
  }
  if (drop.kind !== 'import' || status === stuck) return;
  if (status === 'rejected' && !rejectionIsDeserved(row, aftermath)) violate('nothing is wrong with it');
  const isCancelled = codes.startsWith('cancelled');
  if (isCancelled && drop.cancelledAt === undefined) violate('nobody has cancelled it');
  if (status === 'failed' && !isCancelled && !codes.startsWith('api_keeps_failing') && !gaveUp(row, aftermath))
    violate('it was not time to give up');
  if (status === 'unconfirmed' && !isUndecidable(row, rows, aftermath)) violate('it could have been settled');
  if (status === 'unconfirmed' && isSettledTooEarly(row, aftermath)) violate('the listing had not had its time');
  if (status === 'duplicate' && !isRealDuplicate(row, rows, aftermath)) violate('no other row holds its lead');
  const heldElsewhere = others.some(
    (other) => other !== row && (isCreated(other) || ['unconfirmed', stuck].includes(other.status)),
  );
  const isThere = api.leads.some(({ payload }) => leadKeyOf(payload) === want.key);
  const isHeld = heldElsewhere || api.tampered.has(want.key);
  if ((status === 'failed' || status === 'rejected') && row.leadId === '' && isThere && !isHeld)
    violate('its lead is at the API');
};

/** A minute after an import was cancelled nothing of it is sent any more. */
const checkCancelled = (row: ReportedRow, rows: readonly ReportedRow[], { world, api }: Aftermath): void => {
  const { drop, want, reportedId } = row;
  if (drop.cancelledAt === undefined) return;
  world.chronicle.mark(`row of a cancelled import ${row.status}`);
  // What another import holds too may be sent by that one.
  if (rows.some((other) => other.drop !== drop && other.want.key === want.key)) return;
  const latest = drop.cancelledAt + 60_000;
  if ((api.lastSentAt.get(want.key) ?? 0) > latest)
    world.chronicle.violate(`${want.key} was sent after ${drop.importId} was cancelled`);
  if ((api.lastUploadAt.get(reportedId) ?? 0) > latest)
    world.chronicle.violate(`a document of ${want.key} was sent after ${drop.importId} was cancelled`);
};

/** What a proof is told in. */
const isRewritten = (key: string): boolean =>
  [reportFiles.report, reportFiles.html, reportFiles.summary].some((name) => key.endsWith(`/${name}`));

/** What is written once is written once, and a report that is written again has the same bytes, but for its proof. */
const checkObjects = ({ world, bucket }: Aftermath): void => {
  for (const key of bucket.keys('')) {
    const versions = bucket.versions(key);
    const once = [prefixes.manifests, prefixes.outcomes, prefixes.uploads, prefixes.ended, prefixes.cancelled].some(
      (prefix) => key.startsWith(prefix),
    );
    if (once && versions.length > 1) world.chronicle.violate(`${key} was written ${versions.length} times`);
    const same =
      (key.startsWith(prefixes.reports) && !key.endsWith(progressFile)) || key.startsWith(prefixes.createdLeads);
    const mostWritten = isRewritten(key) ? 2 : 1;
    if (same && new Set(versions.map(({ etag }) => etag)).size > mostWritten)
      world.chronicle.violate(`${key} was written with different bytes`);
  }
  const imports = bucket.keys(prefixes.manifests).map((key) => shortIdentity(importIdOfKey(key) ?? ''));
  if (new Set(imports).size < imports.length) world.chronicle.violate('one upload became two imports');
};

/**
 * More would be a loop that nobody slows down. A message comes back after eleven minutes on average: 130 times in the
 * longest give-up time. Each time that its upload is received it is sent once more: up to six times for each of two
 * events. Deliveries twice at once add to that.
 */
const mostAttempts = 2_000;

const checkAttempts = ({ world, bucket }: Aftermath): void => {
  for (const key of bucket.keys(prefixes.journals)) {
    const { attempt } = journalSchema.parse(JSON.parse(bucket.text(key) ?? ''));
    if (attempt > mostAttempts) world.chronicle.violate(`${key} has seen ${attempt} attempts`);
  }
};

/** Nothing is left behind, and every report came in time. */
const checkLiveness = ({ world, bucket, people, queues, sweepEveryMs }: Aftermath): void => {
  const { chronicle, faults } = world;
  for (const { queue, deadLetters } of Object.values(queues)) {
    if (queue.size > 0) chronicle.violate(`${queue.size} messages are left in ${queue.name}`);
    const awaitsPerson = bucket.damaged.size > 0 && deadLetters.name === 'results-dead-letters';
    if (deadLetters.size > 0 && !awaitsPerson)
      chronicle.violate(`${deadLetters.size} messages are left in ${deadLetters.name}`);
  }
  for (const drop of people.drops) {
    const [first] = bucket.versions(`${drop.prefix}${reportFiles.summary}`);
    const end = Math.min(drop.giveUpAt, drop.cancelledAt ?? drop.giveUpAt);
    const due = Math.max(end, faults.endAt) + queueDelayMs + 3 * sweepEveryMs;
    if (first !== undefined && first.writtenAt > due) chronicle.violate(`${drop.importId}: the report came too late`);
  }
};

/** Holds the API, the bucket, the reports and what people dropped against each other. */
export const checkInvariants = (aftermath: Aftermath): void => {
  const rows = aftermath.people.drops.flatMap((drop) => readReport(drop, aftermath));
  const rowsOf = byKey(rows);
  checkLeads(aftermath, rows);
  for (const row of rows) {
    checkRow(row, rows, rowsOf, aftermath);
    checkCancelled(row, rowsOf.get(row.want.key) ?? [], aftermath);
  }
  for (const drop of aftermath.people.drops) checkProof(drop, rows, aftermath);
  checkObjects(aftermath);
  checkAttempts(aftermath);
  checkLiveness(aftermath);
};
