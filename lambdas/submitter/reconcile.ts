import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import { type ListedLead, type Resemblance, resemblance, visibleFields } from '../../shared/leads-api/visible-lead.ts';
import type { Batch, CreateWork } from '../../shared/ledger/batch.ts';
import { lookOf } from '../../shared/ledger/fingerprint.ts';
import type { FingerprintRecord } from '../../shared/ledger/fingerprint-file.ts';
import { heldLeads } from '../../shared/ledger/held-leads.ts';
import type { Journal, Progress } from '../../shared/ledger/journal.ts';
import { readRegister } from '../../shared/ledger/register.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { unconfirmed } from './endings.ts';
import type { Notebook } from './notebook.ts';

/** What the listing says about a row that may have been sent. */
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
 * decides nothing, and one that only perhaps resembles the row is another one.
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
const findRow = (work: CreateWork, listed: readonly ListedLead[], knowledge: Knowledge): Finding => {
  const sent = visibleFields(work.lead);
  const candidates = listed
    .filter(({ id }) => !knowledge.taken.has(id))
    .map((lead) => ({ id: lead.id, resemblance: dated(lead, resemblance(sent, lead.fields), knowledge.since) }))
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
  /** Uncertain rows that look like another lead, one that another import may have created. */
  readonly twins: ReadonlySet<number>;
  /** Ids of listed leads that look exactly as a lead of this or another import. */
  readonly explained: ReadonlySet<string>;
}

/** Imports asked at once. */
const asksAtOnce = 8;

const workOf = ({ rows }: Batch, index: number): CreateWork => {
  const work = rows[index]?.work;
  if (work?.kind !== 'create') throw new Error('only a lead to create can be uncertain');
  return work;
};

/**
 * What all imports say about the listed leads and the uncertain rows. They are asked after the listing was made:
 * an import enters the register before it sends, so whatever the listing shows of it is found here. One that entered
 * longer ago than the longest give-up time has ended before anything of this batch was sent. Another import that holds
 * the very same lead is no rival: the order of the register lets only one of them send it.
 */
const askImports = async (
  store: ObjectStore,
  batch: Batch,
  since: EpochMs,
  listed: readonly ListedLead[],
  uncertain: readonly number[],
): Promise<Imports> => {
  const found = { created: new Set<string>(), twins: new Set<number>(), explained: new Set<string>() };
  if (listed.length === 0) return found;
  const ids = new Set(listed.map(({ id }) => id));
  const rowsByLook = Map.groupBy(uncertain, (index) => workOf(batch, index).visible);
  const idsByLook = Map.groupBy(listed, ({ fields }) => lookOf(fields).toString('hex'));
  const note = ({ leadId, lead, visible }: FingerprintRecord): void => {
    const look = visible.toString('hex');
    if (leadId !== '' && ids.has(leadId)) found.created.add(leadId);
    for (const { id } of idsByLook.get(look) ?? []) found.explained.add(id);
    if (leadId !== '') return;
    for (const index of rowsByLook.get(look) ?? []) {
      if (workOf(batch, index).fingerprint !== lead.toString('hex')) found.twins.add(index);
    }
  };
  const oldest = since - limits.maxGiveUpAfterMs - limits.clockSkewMs;
  const entries = (await readRegister(store)).filter(({ registeredAt }) => Date.parse(registeredAt) >= oldest);
  await mapConcurrently(entries, asksAtOnce, async (entry) => {
    for await (const record of (await heldLeads(store, entry)).records) note(record);
  });
  return found;
};

/**
 * Looks for all uncertain rows. A lead that is found to be one row's is no longer another's, so it is looked again until
 * nothing more is found: which row is looked for first makes no difference.
 */
const findRows = (
  batch: Batch,
  uncertain: readonly number[],
  listed: readonly ListedLead[],
  knowledge: Omit<Knowledge, 'twin'> & { readonly twins: ReadonlySet<number> },
): ReadonlyMap<number, Finding> => {
  const taken = new Set(knowledge.taken);
  const findings = new Map<number, Finding>();
  for (let known = -1; known < taken.size; ) {
    known = taken.size;
    for (const index of uncertain) {
      if (findings.get(index)?.kind === 'created') continue;
      const work = workOf(batch, index);
      const finding = findRow(work, listed, {
        ...knowledge,
        taken,
        twin: work.twin || knowledge.twins.has(index),
      });
      findings.set(index, finding);
      if (finding.kind === 'created') taken.add(finding.leadId);
    }
  }
  return findings;
};

/** How far a row is that may have been sent, by what was found of it. */
const progressAfter = (finding: Finding, row: Extract<Progress, { state: 'maybe' }>): Progress => {
  const { tries } = row;
  switch (finding.kind) {
    case 'created':
      return { state: 'attaching', leadId: finding.leadId, documents: [], problems: [], tries };
    case 'absent':
      return { state: 'unsent', tries };
    case 'too_early':
      return row;
    case 'undecidable':
      return { state: 'settled', outcome: unconfirmed() };
  }
};

/**
 * Settles by the listing which rows that may have been sent are at the API. Rows that are not become unsent again;
 * where it is too early, or the API does not answer, they stay as they are and the notebook says why.
 */
export const reconcile = async (
  batch: Batch,
  journal: Journal,
  notebook: Notebook,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { store, api, clock, log, listingSettleMs } = dependencies;
  const uncertain = notebook.rowsIn('maybe');
  if (uncertain.length === 0) return;
  const since = journal.firstAttemptAt - limits.clockSkewMs;
  const askedAt = clock.now();
  const answer = await api.list({ dateFrom: isoTime(since) }, deadline - limits.savingMs);
  if (answer.kind === 'trouble') {
    notebook.listingTrouble = answer.trouble;
    return;
  }
  const listed = answer.leads;
  const { created: known, twins, explained } = await askImports(store, batch, since, listed, uncertain);
  const taken = new Set([...known, ...notebook.leadIds]);
  const listingSettled = askedAt >= notebook.sentUntil + listingSettleMs;
  const findings = findRows(batch, uncertain, listed, { taken, twins, explained, listingSettled, since });
  const counts = { created: 0, absent: 0, too_early: 0, undecidable: 0 };
  for (const [index, finding] of findings) {
    const row = notebook.rows[index];
    if (row?.state !== 'maybe') throw new Error('only a row that may have been sent is reconciled');
    counts[finding.kind] += 1;
    notebook.rows[index] = progressAfter(finding, row);
  }
  const { importId, batch: number } = batch;
  const { created, absent, too_early: tooEarly, undecidable } = counts;
  notebook.lookedTooEarly = tooEarly > 0;
  log('batch_reconciled', { importId, batch: number, rows: uncertain.length, created, absent, tooEarly, undecidable });
};
