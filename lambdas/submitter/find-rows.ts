import {
  isShownInPart,
  type ListedForms,
  type ListedLead,
  resemblance,
  visibleFields,
} from '../../shared/leads-api/visible-lead.ts';
import type { LeadToSend, Row } from '../../shared/state/batch.ts';
import type { StateOf } from '../../shared/state/row-state.ts';
import type { Attempt } from './attempt.ts';
import { candidatesFor, type Judgement, judgeRow, type Knowledge, type WantedLead } from './judge-row.ts';
import { type KnownLead, knownLead, referenceFor } from './known-leads.ts';
import type { Listing } from './listings.ts';

/** A row that is looked for: its lead may be at the API, or be there twice. */
export type SoughtRow = Row & { readonly lead: LeadToSend; readonly state: StateOf<'in_doubt'> | StateOf<'verifying'> };

export const isSought = <Open extends Row>(row: Open): row is Open & Pick<SoughtRow, 'lead'> => row.lead !== undefined;

/** What other imports say about the listed leads and the rows that are looked for. */
export interface Imports {
  /** Ids of listed leads that other imports created. */
  readonly created: ReadonlySet<string>;
  /** Rows that look like another lead, one that another import may have created. */
  readonly twins: ReadonlySet<SoughtRow>;
  /** Ids of listed leads that look exactly as a lead of this or another import. */
  readonly explained: ReadonlySet<string>;
}

/** One look for the rows of an attempt. */
export interface Look {
  readonly attempt: Attempt;
  readonly listing: Listing;
  readonly listed: ReadonlyMap<string, ListedLead>;
  readonly known: readonly KnownLead[];
  /** How the listing writes what was sent. */
  readonly forms: ListedForms;
  readonly imports: Imports;
  readonly settleMs: number;
}

export const wantedBy = ({ attempt }: Pick<Look, 'attempt'>, { lead, state }: SoughtRow): WantedLead => ({
  fields: visibleFields(lead.payload),
  reference: referenceFor(attempt.batch, lead),
  state:
    state.state === 'in_doubt'
      ? state
      : { state: 'in_doubt', tries: state.tries, sentAt: state.doubtedAt, until: state.createdBy ?? state.createdAt },
});

/**
 * Ids of leads that are known to be of other rows. A known lead of the row itself is none of them: the attempt that
 * created it could not save that.
 */
export const takenFrom = (
  { lead }: SoughtRow,
  { attempt, known }: Pick<Look, 'attempt' | 'known'>,
  others: Iterable<string>,
): ReadonlySet<string> => {
  const ofOthers = known.filter(({ fingerprint }) => fingerprint !== lead.fingerprint).map(({ id }) => id);
  return new Set([...attempt.leadIds, ...ofOthers, ...others]);
};

/**
 * Whether the listing leaves out what tells a row from another of its batch whose lead is not known: a lead that is shown
 * in part may be either's.
 */
const isTwinInPart = (
  { attempt, listed, forms }: Pick<Look, 'attempt' | 'listed' | 'forms'>,
  row: SoughtRow,
): boolean => {
  const fields = visibleFields(row.lead.payload);
  const inPart = [...listed.values()].filter(
    (lead) => isShownInPart(fields, lead.fields) && resemblance(fields, lead.fields, { forms }) === 'same',
  );
  if (inPart.length === 0) return false;
  return attempt
    .rowsIn('unsent', 'in_doubt', 'verifying')
    .some(
      (other) =>
        other !== row &&
        other.lead !== undefined &&
        inPart.some((lead) => resemblance(visibleFields(other.lead?.payload ?? {}), lead.fields, { forms }) === 'same'),
    );
};

export const knowledgeOf = (look: Look, row: SoughtRow, found: ReadonlySet<string>): Knowledge => {
  const { known, forms, imports, settleMs } = look;
  return {
    taken: takenFrom(row, look, [...imports.created, ...found]),
    twin: row.lead.twin || imports.twins.has(row) || isTwinInPart(look, row),
    explained: imports.explained,
    known,
    forms,
    settleMs,
  };
};

const open: Judgement = { kind: 'open' };

/**
 * Whether a lead that leaves a row undecided looks exactly as another row of the batch that is still open: that row may
 * prove to be its owner.
 */
const waitsForAnother = (look: Look, row: SoughtRow, judgements: ReadonlyMap<Row, Judgement>): boolean => {
  const found = [...judgements.values()].flatMap((judgement) =>
    judgement.kind === 'created' ? [judgement.leadId] : [],
  );
  const knowledge = knowledgeOf(look, row, new Set(found));
  const { same, related, possible } = candidatesFor(wantedBy(look, row), look.listed, knowledge);
  const leads = [...same, ...related, ...possible].flatMap((id) => look.listed.get(id) ?? []);
  return look.attempt
    .rowsIn('in_doubt')
    .filter((other) => other !== row && (judgements.get(other) ?? open).kind === 'open')
    .filter(isSought)
    .some(({ lead: { payload } }) =>
      leads.some(({ fields }) => resemblance(visibleFields(payload), fields, look) === 'same'),
    );
};

/** The lead of a row that was just found: the listing shows what was created when the row was sent. */
const foundLead = ({ attempt }: Look, { lead, state }: SoughtRow, id: string): KnownLead[] => {
  if (state.state !== 'in_doubt') return [];
  const { lastSentAt: createdAt = state.sentAt, until: createdBy } = state;
  return [knownLead(attempt.batch, lead, { id, createdAt, createdBy })];
};

/**
 * Looks for rows in doubt. A lead that is found to be one row's is no longer another's, and says how far the listing
 * reaches; so it is looked again until nothing more is found: which row is looked for first makes no difference.
 */
export const findRows = (look: Look, rows: readonly SoughtRow[]): ReadonlyMap<SoughtRow, Judgement> => {
  const found = new Set<string>();
  const judgements = new Map<SoughtRow, Judgement>();
  let { known } = look;
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const row of rows) {
      if (judgements.get(row)?.kind === 'created') continue;
      const knowledge = knowledgeOf({ ...look, known }, row, found);
      const judgement = judgeRow(wantedBy(look, row), look.listing, look.listed, knowledge);
      judgements.set(row, judgement);
      if (judgement.kind !== 'created') continue;
      found.add(judgement.leadId);
      const leads = [...known, ...foundLead(look, row, judgement.leadId)];
      known = leads.toSorted((one, other) => one.createdAt - other.createdAt);
    }
  }
  const waiting = rows.filter(
    (row) => judgements.get(row)?.kind === 'undecidable' && waitsForAnother(look, row, judgements),
  );
  for (const row of waiting) judgements.set(row, open);
  return judgements;
};
