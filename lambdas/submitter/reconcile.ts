import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import { learnForms } from '../../shared/leads-api/listed-form.ts';
import type { ListedLead } from '../../shared/leads-api/visible-lead.ts';
import { limits } from '../../shared/limits.ts';
import { apiKeepsFailing, created, maybeTwice, unconfirmed } from '../../shared/state/endings.ts';
import type { RowState, StateOf } from '../../shared/state/row-state.ts';
import { askImports } from './ask-imports.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import {
  findRows,
  type Imports,
  isSought,
  knowledgeOf,
  type Look,
  type SoughtRow,
  takenFrom,
  wantedBy,
} from './find-rows.ts';
import { candidatesFor, coversFrom, type Judgement, unreadAgain } from './judge-row.ts';
import { type KnownLead, knownLead } from './known-leads.ts';
import { cannotList, type Reach } from './listings.ts';
import { isFailingAlone } from './lone-failure.ts';
import { dueAt } from './next-delivery.ts';

/** The moment at which a row was first sent. */
const sentAt = ({ state }: SoughtRow): EpochMs => (state.state === 'verifying' ? state.doubtedAt : state.sentAt);

/** Leads from so long before a row was sent tell whether a listing is to be believed, and whether it begins early enough. */
const controlsBeforeMs = 5 * 60_000;
/** And leads from so long before a listing begins, which its own margin covers, tell whether it begins where it was asked to. */
const controlMarginMs = 30_000;

/** Every lead that this batch or another one of the instance has certainly created since a moment, the oldest first. */
const knownSince = (attempt: Attempt, since: EpochMs, { known, clock }: SubmitterDependencies): KnownLead[] => {
  const leads = new Map(known.between(since, clock.now()).map((lead) => [lead.id, lead]));
  for (const { row, ...created } of attempt.createdRows)
    if (created.createdAt >= since) leads.set(created.id, knownLead(attempt.batch, row.lead, created));
  return [...leads.values()].toSorted((one, other) => one.createdAt - other.createdAt);
};

const noImports: Imports = { created: new Set(), twins: new Set(), explained: new Set() };

/** Where a row in doubt is, by what was found of it. */
const stateAfter = (judgement: Judgement, state: StateOf<'in_doubt'>, sends: boolean): RowState => {
  const { tries, sentAt: doubtedAt, failedAlone, failedAt, trouble } = state;
  const failures = { ...(failedAlone !== undefined && { failedAlone }), ...(failedAt !== undefined && { failedAt }) };
  switch (judgement.kind) {
    case 'created':
      // Found in the listing: there is no second POST of it that could have created another one, unless it had been sent before.
      return {
        state: 'attaching',
        leadId: judgement.leadId,
        documents: [],
        problems: [],
        tries,
        createdAt: state.lastSentAt ?? state.sentAt,
        createdBy: state.until,
        ...(state.doubtedAt !== undefined && { doubtedAt: state.doubtedAt }),
      };
    case 'absent':
      // Where it is not sent again, nobody would see that it is there after all.
      if (judgement.byTime && (isFailingAlone(state) || !sends)) return unconfirmed(trouble, state.sentAt);
      if (isFailingAlone(state)) return apiKeepsFailing(trouble);
      return {
        state: 'unsent',
        tries,
        doubtedAt,
        ...(trouble !== undefined && { trouble }),
        ...(judgement.byTime && { byTime: true }),
        ...failures,
      };
    case 'open': {
      const { absentFrom, open } = judgement;
      const { unread: _, ...before } = state;
      return {
        ...before,
        ...(absentFrom !== undefined && { absentFrom }),
        ...(open !== undefined && { open }),
      };
    }
    case 'undecidable':
      return unconfirmed(trouble, state.sentAt);
  }
};

/** Whether a row that was sent again is there twice, as far as the listing shows. */
const verified = (look: Look, row: SoughtRow, state: StateOf<'verifying'>): RowState => {
  const knowledge = knowledgeOf(look, row, new Set());
  const { alike, byReference } = candidatesFor(wantedBy(look, row), look.listed, knowledge);
  const [other] = knowledge.twin && !byReference ? [] : alike;
  return other === undefined ? created(state) : maybeTwice(state, other);
};

const countsOf = (judgements: Iterable<Judgement>) => {
  const counts = { created: 0, absent: 0, open: 0, undecidable: 0 };
  for (const { kind } of judgements) counts[kind] += 1;
  return counts;
};

/** How much earlier than we know the API says that leads were created, at the most: its nodes may have several clocks. */
const behindBy = (known: readonly KnownLead[], listed: ReadonlyMap<string, ListedLead>): number => {
  const differences = known.map(({ id, createdAt }) => createdAt - Date.parse(listed.get(id)?.createdAt ?? ''));
  return Math.max(0, ...differences.filter((difference) => !Number.isNaN(difference)));
};

/** Where a row is after a look at a listing that could not be read: one that never can holds no report for a day. */
const afterUnreadLook = (state: SoughtRow['state'], askedAt: EpochMs, settleMs: number): RowState => {
  const unread = unreadAgain(state.unread, askedAt, settleMs);
  if (unread !== undefined) return { ...state, unread };
  return state.state === 'verifying' ? created(state) : unconfirmed(state.trouble, state.sentAt);
};

/** Takes note of a look that came to nothing; only those at a list that cannot be read are counted, and only in a row. */
const couldNotLook = (
  attempt: Attempt,
  rows: readonly SoughtRow[],
  { trouble, askedAt }: { readonly trouble: Trouble; readonly askedAt: EpochMs },
  dependencies: SubmitterDependencies,
): void => {
  attempt.met(trouble);
  for (const row of rows) {
    const { unread: _, ...state } = row.state;
    if (!cannotList.has(trouble.code)) attempt.move(row, state);
    else if (knownSince(attempt, sentAt(row), dependencies).length > 0)
      attempt.move(row, afterUnreadLook(row.state, askedAt, dependencies.listingSettleMs));
  }
};

/** Whether some row could be settled by a listing that shows more of the known leads. */
const wantsMore = (judgements: ReadonlyMap<SoughtRow, Judgement>, { listed, known }: Look): boolean =>
  [...judgements.values()].some(({ kind }) => kind === 'open' || kind === 'undecidable') &&
  (known.length === 0 || known.some(({ id }) => !listed.has(id)));

/** The rows of one reconciliation, and the listing that they want. */
interface Search {
  readonly attempt: Attempt;
  readonly rows: readonly SoughtRow[];
  /** Leads that were created since then are wanted. */
  readonly since: EpochMs;
  /** An older listing is not new enough. */
  readonly notBefore: EpochMs;
  readonly deadline: EpochMs;
}

/** What one look came to; `elsewhere`: the API is to be asked from another moment on. */
type Looked =
  | { readonly kind: 'found'; readonly look: Look; readonly judgements: ReadonlyMap<SoughtRow, Judgement> }
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly askedAt: EpochMs }
  | { readonly kind: 'elsewhere'; readonly how: Asking };

/** How the API is asked. */
interface Asking {
  /** Whether it may be asked from further back where it does not show leads that are known to be there. */
  readonly mayReach: boolean;
  /** How much further back it is asked from, this once. */
  readonly back: Reach;
}

/** Whether some listed lead may be of one of the rows: then other imports are asked, which takes requests. */
const isContested = ({ rows }: Search, look: Look): boolean =>
  rows.some((row) => {
    const taken = takenFrom(row, look, []);
    const { same, related, possible } = candidatesFor(wantedBy(look, row), look.listed, { ...look, taken });
    return same.length + related.length + possible.length > 0;
  });

/** Whether a listing may hide some row at its beginning, and nothing else is in the way. */
const mayHide = (
  { listing, listed, known }: Look,
  rows: readonly SoughtRow[],
  judgements: ReadonlyMap<SoughtRow, Judgement>,
): boolean =>
  rows.some((row) => {
    const judgement = judgements.get(row);
    if (judgement !== undefined) return 'mayBeHidden' in judgement;
    return !coversFrom(sentAt(row), listing, listed, known);
  });

/** Looks once for rows in doubt. */
const lookOnce = async (search: Search, how: Asking, dependencies: SubmitterDependencies): Promise<Looked> => {
  const { mayReach, back } = how;
  const { attempt, rows, since, notBefore, deadline } = search;
  const { store, clock, listings, listingSettleMs: settleMs } = dependencies;
  const askedAt = clock.now();
  const listing = await listings.read({ since, notBefore, until: deadline - limits.savingMs, back });
  if (listing.kind === 'trouble') {
    const isShorter = cannotList.has(listing.trouble.code) && listings.reachBack();
    return isShorter ? { kind: 'elsewhere', how: { mayReach: false, back: 'clock' } } : { ...listing, askedAt };
  }
  const listed = new Map(listing.leads.map((lead) => [lead.id, lead]));
  const known = knownSince(attempt, since - controlMarginMs, dependencies);
  if (listings.reachBehind(behindBy(known, listed))) return { kind: 'elsewhere', how };
  const forms = learnForms(
    known.flatMap(({ id, fields: sent }) => {
      const lead = listed.get(id);
      return lead === undefined ? [] : [{ sent, listed: lead.fields }];
    }),
  );
  const alone: Look = { attempt, listing, listed, known, forms, imports: noImports, settleMs };
  const imports = isContested(search, alone) ? await askImports(store, since, listed, rows) : noImports;
  const look = { ...alone, imports };
  const judgements = findRows(
    look,
    rows.filter(({ state }) => state.state === 'in_doubt'),
  );
  // Leads that are known to be there are not shown: the API may have to be asked from further back.
  if (mayReach && wantsMore(judgements, look) && listings.reachFurther()) return { kind: 'elsewhere', how };
  if (mayReach && back !== 'all' && mayHide(look, rows, judgements))
    return { kind: 'elsewhere', how: { mayReach, back: back === 'clock' ? 'day' : 'all' } };
  return { kind: 'found', look, judgements };
};

/** Moves every row by what was found of it. @param sends whether rows that are not there are sent again */
const settle = (
  { attempt, rows }: Search,
  { look, judgements }: Extract<Looked, { kind: 'found' }>,
  sends: boolean,
): void => {
  for (const [row, judgement] of judgements)
    if (row.state.state === 'in_doubt') attempt.move(row, stateAfter(judgement, row.state, sends));
  for (const row of rows) if (row.state.state === 'verifying') attempt.move(row, verified(look, row, row.state));
};

/**
 * Finds out by the listing what became of rows in doubt, and whether a row that was sent again is there twice. Where it is
 * too early, or the API does not answer, they stay as they are.
 * @param all whether rows are looked for that the listing cannot be expected to decide yet
 */
export const reconcile = async (
  attempt: Attempt,
  { deadline, all }: { readonly deadline: EpochMs; readonly all: boolean },
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { clock, log, gate, listingSettleMs: settleMs } = dependencies;
  const due = (row: SoughtRow): EpochMs => dueAt(row.state, settleMs);
  const rows = attempt
    .rowsIn('in_doubt', 'verifying')
    .filter(isSought)
    .filter((row) => all || due(row) <= clock.now());
  if (rows.length === 0) return;
  const begin = Math.min(...rows.map(sentAt));
  // Another batch's listing serves too, unless it is from an earlier look.
  const newEnough = clock.now() - settleMs / 2;
  const search: Search = {
    attempt,
    rows,
    deadline,
    since: begin - controlsBeforeMs,
    notBefore: all ? clock.now() : Math.max(newEnough, ...rows.map(due)),
  };
  let looked = await lookOnce(search, { mayReach: true, back: 'clock' }, dependencies);
  while (looked.kind === 'elsewhere') looked = await lookOnce(search, looked.how, dependencies);
  if (looked.kind === 'trouble') return couldNotLook(attempt, rows, looked, dependencies);
  settle(search, looked, !all);
  const { judgements } = looked;
  if ([...judgements.values()].some(({ kind }) => kind === 'created')) gate.found();
  attempt.hasListed();
  const { importId, batch } = attempt.batch;
  const { open: tooEarly, ...counts } = countsOf(judgements.values());
  log('batch_reconciled', { importId, batch, rows: rows.length, ...counts, tooEarly });
};
