import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import { type ListedLead, type Resemblance, resemblance, visibleFields } from '../../shared/leads-api/visible-lead.ts';
import type { LeadToSend, Row } from '../../shared/ledger/batch.ts';
import { visibleFingerprint } from '../../shared/ledger/fingerprint.ts';
import type { LeadEntry } from '../../shared/ledger/fingerprint-file.ts';
import { heldLeads } from '../../shared/ledger/held-leads.ts';
import { readRegister } from '../../shared/ledger/register.ts';
import type { RowState } from '../../shared/ledger/row-state.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { unconfirmed } from './endings.ts';

/** What the listing says about a row in doubt. */
export type Finding =
  | { readonly kind: 'created'; readonly leadId: string }
  /** Not there, and it has had the time to be there: the row was not sent after all. */
  | { readonly kind: 'absent' }
  /** Not found, and it is too early to say. */
  | { readonly kind: 'too_early' }
  | { readonly kind: 'undecidable' };

/** What is known beside the listing when a row is looked for. */
interface Knowledge {
  /** Ids of leads that are known to belong to other rows. */
  readonly taken: ReadonlySet<string>;
  /** Whether some other row, of this file or of another import, would look the same in the listing. */
  readonly twin: boolean;
  /** Ids of leads that look exactly as some lead of this or another import does. */
  readonly explained: ReadonlySet<string>;
  /** Whether the listing has had time to show whatever was sent. */
  readonly listingSettled: boolean;
  /** Before this nothing of the batch was sent. */
  readonly since: EpochMs;
}

/**
 * What a resemblance is worth for a lead that says of itself that it is older than the first attempt. It was asked for
 * by date, so it should not be there: either the API does not filter, or its dates are not what they seem. Such a lead
 * decides nothing, and one that only resembles the row in part is another one.
 */
const dated = (lead: ListedLead, found: Resemblance, since: EpochMs): Resemblance => {
  const isOlder = Date.parse(lead.createdAt ?? '') < since;
  if (!isOlder) return found;
  return found === 'same' ? 'possible' : 'different';
};

/**
 * Looks for a row in the listing. It is created where exactly one lead resembles it in every field, no other row could be
 * that lead, and whatever else resembles it a little is known to be another lead; it is absent only where no lead can be
 * it, since a lead that looks like another row's could still be this one, rewritten. Everything else a person must look at.
 */
const findRow = (lead: LeadToSend, listed: readonly ListedLead[], knowledge: Knowledge): Finding => {
  const sent = visibleFields(lead.payload);
  const candidates = listed
    .filter(({ id }) => !knowledge.taken.has(id))
    .map((one) => ({ id: one.id, resemblance: dated(one, resemblance(sent, one.fields), knowledge.since) }))
    .filter((candidate) => candidate.resemblance !== 'different');
  const [only, ...rivals] = candidates.filter(
    (candidate) => candidate.resemblance === 'same' || !knowledge.explained.has(candidate.id),
  );
  if (only?.resemblance === 'same' && rivals.length === 0 && !knowledge.twin)
    return { kind: 'created', leadId: only.id };
  if (!knowledge.listingSettled) return { kind: 'too_early' };
  return { kind: candidates.length === 0 ? 'absent' : 'undecidable' };
};

interface Imports {
  /** Ids of listed leads that other imports created. */
  readonly created: ReadonlySet<string>;
  /** Rows in doubt that look like another lead, one that another import may have created. */
  readonly twins: ReadonlySet<RowInDoubt>;
  /** Ids of listed leads that look exactly as a lead of this or another import. */
  readonly explained: ReadonlySet<string>;
}

/** Imports of the register that are read at once. */
const registerReads = 8;

/** A row whose lead may be at the API. */
type RowInDoubt = Row & { readonly lead: LeadToSend };

/** Only rows that send a lead are ever in doubt. */
const rowsInDoubt = (attempt: Attempt): RowInDoubt[] =>
  attempt.rowsIn('in_doubt').filter((row): row is RowInDoubt => row.lead !== undefined);

/**
 * What all imports say about the listed leads and the rows in doubt. They are asked after the listing was made:
 * an import enters the register before it sends, so whatever the listing shows of it is found here. One that entered
 * longer ago than the longest give-up time has ended before anything of this batch was sent. Another import that holds
 * the same lead is no rival: the order of the register lets only one of them send it.
 */
const askImports = async (
  store: ObjectStore,
  since: EpochMs,
  listed: readonly ListedLead[],
  rows: readonly RowInDoubt[],
): Promise<Imports> => {
  const found = { created: new Set<string>(), twins: new Set<RowInDoubt>(), explained: new Set<string>() };
  if (listed.length === 0) return found;
  const ids = new Set(listed.map(({ id }) => id));
  const rowsByFingerprint = Map.groupBy(rows, (row) => row.lead.visibleFingerprint);
  const idsByFingerprint = Map.groupBy(listed, ({ fields }) => visibleFingerprint(fields).toString('hex'));
  const note = ({ leadId, lead, visible }: LeadEntry): void => {
    const fingerprint = visible.toString('hex');
    if (leadId !== '' && ids.has(leadId)) found.created.add(leadId);
    for (const { id } of idsByFingerprint.get(fingerprint) ?? []) found.explained.add(id);
    if (leadId !== '') return;
    for (const row of rowsByFingerprint.get(fingerprint) ?? []) {
      if (row.lead.fingerprint !== lead.toString('hex')) found.twins.add(row);
    }
  };
  const oldest = since - limits.maxGiveUpAfterMs - limits.clockSkewMs;
  const entries = (await readRegister(store)).filter(({ registeredAt }) => Date.parse(registeredAt) >= oldest);
  await mapConcurrently(entries, registerReads, async (entry) => {
    for await (const one of (await heldLeads(store, entry)).records) note(one);
  });
  return found;
};

/**
 * Looks for all rows in doubt. A lead that is found to be one row's is no longer another's, so it is looked again until
 * nothing more is found: which row is looked for first makes no difference.
 */
const findRows = (
  rows: readonly RowInDoubt[],
  listed: readonly ListedLead[],
  knowledge: Omit<Knowledge, 'twin'> & { readonly twins: ReadonlySet<RowInDoubt> },
): ReadonlyMap<RowInDoubt, Finding> => {
  const taken = new Set(knowledge.taken);
  const findings = new Map<RowInDoubt, Finding>();
  for (let known = -1; known < taken.size; ) {
    known = taken.size;
    for (const row of rows) {
      if (findings.get(row)?.kind === 'created') continue;
      const twin = row.lead.twin || knowledge.twins.has(row);
      const finding = findRow(row.lead, listed, { ...knowledge, taken, twin });
      findings.set(row, finding);
      if (finding.kind === 'created') taken.add(finding.leadId);
    }
  }
  return findings;
};

/** Where a row in doubt is, by what was found of it. */
const stateAfter = (finding: Finding, { state }: RowInDoubt): RowState => {
  if (state.state !== 'in_doubt') throw new Error('only a row in doubt is looked for');
  const { tries } = state;
  switch (finding.kind) {
    case 'created':
      return { state: 'attaching', leadId: finding.leadId, documents: [], problems: [], tries };
    case 'absent':
      return { state: 'unsent', tries };
    case 'too_early':
      return state;
    case 'undecidable':
      return unconfirmed();
  }
};

/**
 * Finds out by the listing which rows in doubt are at the API. Rows that are not become unsent again; where it is too
 * early, or the API does not answer, they stay as they are and the attempt says why.
 */
export const reconcile = async (
  attempt: Attempt,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { store, api, clock, log, listingSettleMs } = dependencies;
  const rows = rowsInDoubt(attempt);
  if (rows.length === 0) return;
  const since = attempt.lease.journal.firstAttemptAt - limits.clockSkewMs;
  const askedAt = clock.now();
  const answer = await api.list({ dateFrom: isoTime(since) }, deadline - limits.savingMs);
  if (answer.kind === 'trouble') return attempt.listingFailed(answer.trouble);
  const listed = answer.leads;
  const { created: known, twins, explained } = await askImports(store, since, listed, rows);
  const taken = new Set([...known, ...attempt.leadIds]);
  const listingSettled = askedAt >= attempt.lastPossibleSendAt + listingSettleMs;
  const findings = findRows(rows, listed, { taken, twins, explained, listingSettled, since });
  const counts = { created: 0, absent: 0, too_early: 0, undecidable: 0 };
  for (const [row, finding] of findings) {
    counts[finding.kind] += 1;
    attempt.move(row, stateAfter(finding, row));
  }
  const { created, absent, too_early: tooEarly, undecidable } = counts;
  if (tooEarly > 0) attempt.listingWasTooEarly();
  const { importId, batch } = attempt.batch;
  log('batch_reconciled', { importId, batch, rows: rows.length, created, absent, tooEarly, undecidable });
};
