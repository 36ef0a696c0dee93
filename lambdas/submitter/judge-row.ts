import type { EpochMs } from '../../shared/clock.ts';
import {
  type ListedForms,
  type ListedLead,
  resemblance,
  sharedFields,
  type VisibleFields,
} from '../../shared/leads-api/visible-lead.ts';
import type { Looks, StateOf } from '../../shared/state/row-state.ts';
import type { KnownLead } from './known-leads.ts';
import type { Listing } from './listings.ts';

/** What a listing says about a row in doubt. */
export type Judgement =
  | { readonly kind: 'created'; readonly leadId: string }
  /**
   * Not there, and the listing has proven that it would show it: the row was not sent after all. `byTime` where no lead
   * that was created later says so, but the listing had its time: good enough to send the row again and look, not to say
   * that its lead was never created.
   */
  | { readonly kind: 'absent'; readonly byTime: boolean }
  /** Not found, and the listing has not proven yet that it would show it; `mayBeHidden`: by its beginning alone. */
  | ({ readonly kind: 'open'; readonly mayBeHidden?: boolean } & Pick<StateOf<'in_doubt'>, 'absentFrom' | 'open'>)
  | { readonly kind: 'undecidable'; readonly mayBeHidden?: boolean };

/** A lead that is looked for. */
export interface WantedLead {
  readonly fields: VisibleFields;
  /** Set where its notes carry one. */
  readonly reference: string | undefined;
  readonly state: StateOf<'in_doubt'>;
}

/** What is known beside the listing when a row is looked for. */
export interface Knowledge {
  /** Ids of leads that are known to belong to other rows. */
  readonly taken: ReadonlySet<string>;
  /** Whether some other row, of this file or of another import, would look the same in the listing. */
  readonly twin: boolean;
  /** Ids of leads that look exactly as some lead of this or another import does. */
  readonly explained: ReadonlySet<string>;
  /** Leads that are known to have been created in the time that the listing covers, the oldest first. */
  readonly known: readonly KnownLead[];
  /** How the listing writes what was sent, by those of them that it shows. */
  readonly forms: ListedForms;
  readonly settleMs: number;
}

/** Settle times after the first look that left a row open: then it is left to a person. */
const patience = 14;
/** And so many looks, since in an outage time passes and nobody looks. */
const leastLooks = 4;
/** And so many in a row at a listing that is cut at the same lead: one that lags moves on, and one that shows only so many does not. */
const mostCuts = 3;
/** Settle times after it at the latest, where it is known by when the listing would show the row. */
const longestWait = 60;
/** And so many in a row at a listing that could not be read: one that only stumbles is not called unreadable. */
const leastUnreadableLooks = 8;

/** A listed lead may say of itself that it is this much older than it is: clocks differ. */
const ageToleranceMs = 10 * 60_000;

/** Leads that may be the row's. */
export interface Candidates {
  /** Ids of those that equal the row in every field, or carry its reference. */
  readonly same: readonly string[];
  /** Ids of those that equal the row in all that is shown, and may be as new; those of `same` among them. */
  readonly alike: readonly string[];
  /** Ids of those that may be the row's, rewritten. */
  readonly related: readonly string[];
  /** Ids of those that may be the row's, rewritten, unless they are known to be another's by how they look. */
  readonly possible: readonly string[];
  /** Whether they were told by the row's reference: then it is certain whose they are, twins or not. */
  readonly byReference: boolean;
}

/** Whether the API gives references back as they were sent: known by the leads that carry one. */
const referencesComeBack = (listed: ReadonlyMap<string, ListedLead>, known: readonly KnownLead[]): boolean =>
  known.some(({ id, reference }) => reference !== undefined && listed.get(id)?.reference === reference);

/** How old a listed lead is, by what it says of itself. */
const ageOf = ({ createdAt = '' }: ListedLead, sentAt: EpochMs): 'new' | 'older' | 'unknown' => {
  const at = Date.parse(createdAt);
  if (Number.isNaN(at)) return 'unknown';
  return at < sentAt - ageToleranceMs ? 'older' : 'new';
};

/**
 * The leads of a listing that may be a row's. One that does not say of itself that it came after the row was sent decides
 * nothing; one without a reference may have lost it.
 */
export const candidatesFor = (
  { fields, reference, state }: WantedLead,
  listed: ReadonlyMap<string, ListedLead>,
  { taken, known, forms }: Pick<Knowledge, 'taken' | 'known' | 'forms'>,
): Candidates => {
  const free = [...listed.values()].filter(({ id }) => !taken.has(id));
  const byReference = reference !== undefined && referencesComeBack(listed, known);
  const carrying = byReference ? free.filter((lead) => lead.reference === reference).map(({ id }) => id) : [];
  if (carrying.length > 0) return { same: carrying, alike: carrying, related: [], possible: [], byReference };
  // Leads that are known to be others': what several of them share with the row does not make a lead the row's.
  const others = known.filter((one) => resemblance(fields, one.fields) !== 'same').map((one) => one.fields);
  const shared = sharedFields(fields, others);
  const found = { same: [] as string[], alike: [] as string[], related: [] as string[], possible: [] as string[] };
  for (const lead of free) {
    const age = ageOf(lead, state.sentAt);
    const isAnothers = byReference && lead.reference !== undefined;
    const kind = isAnothers ? 'different' : resemblance(fields, lead.fields, { shared, forms });
    if (kind === 'different' || (kind !== 'same' && age === 'older')) continue;
    if (kind === 'same' && age !== 'older') found.alike.push(lead.id);
    const decides = age === 'new' && !byReference;
    found[kind === 'same' && !decides ? 'related' : kind].push(lead.id);
  }
  return { ...found, byReference };
};

/** Whether a known lead is shown as it was sent; one that carries its reference may be rewritten otherwise. */
const isShownAsSent = ({ fields, reference }: KnownLead, lead: ListedLead | undefined, forms: ListedForms): boolean =>
  lead !== undefined &&
  ((reference !== undefined && lead.reference === reference) || resemblance(fields, lead.fields, { forms }) === 'same');

/**
 * How far a listing proves itself: every lead that is known from before this moment is shown, as it was sent. `undefined`
 * where it proves nothing.
 */
const provenUntil = (
  listed: ReadonlyMap<string, ListedLead>,
  { known, forms }: Pick<Knowledge, 'known' | 'forms'>,
): { readonly until: EpochMs | undefined; readonly all: boolean } => {
  let until: EpochMs | undefined;
  for (const one of known) {
    if (!isShownAsSent(one, listed.get(one.id), forms)) return { until, all: false };
    until = one.createdAt;
  }
  return { until, all: true };
};

/**
 * A look that left a row open; it counts where the listing had another settle time since the last one that counts.
 * @param cutAt the newest known lead that the listing shows, where it is cut there
 */
const lookedAgain = (before: Looks | undefined, askedAt: EpochMs, settleMs: number, cutAt?: EpochMs): Looks => {
  if (before !== undefined && askedAt < before.lookedAt + settleMs) return before;
  const cuts = cutAt === before?.cutAt ? (before?.cuts ?? 0) + 1 : 1;
  return {
    since: before?.since ?? askedAt,
    looks: (before?.looks ?? 0) + 1,
    lookedAt: askedAt,
    ...(cutAt !== undefined && { cutAt, cuts }),
  };
};

const isOverdue = ({ since, looks, cuts = 0 }: Looks, least: number, askedAt: EpochMs, settleMs: number): boolean =>
  cuts >= mostCuts || (askedAt >= since + patience * settleMs && looks >= least);

/**
 * When the newest known lead was created that a listing shows, where it lacks one that is older, or younger by less than
 * the listing has to show it.
 */
const cutOf = (
  listed: ReadonlyMap<string, ListedLead>,
  known: readonly KnownLead[],
  settleMs: number,
): EpochMs | undefined => {
  const newest = known.findLast(({ id }) => listed.has(id));
  if (newest === undefined) return undefined;
  const isCut = known.some(({ id, createdAt }) => createdAt <= newest.createdAt + settleMs && !listed.has(id));
  return isCut ? newest.createdAt : undefined;
};

/** One more look at a listing that could not be read, though the API answers; undefined where that is enough. */
export const unreadAgain = (before: Looks | undefined, askedAt: EpochMs, settleMs: number): Looks | undefined => {
  const unread = lookedAgain(before, askedAt, settleMs);
  return isOverdue(unread, leastUnreadableLooks, askedAt, settleMs) ? undefined : unread;
};

/**
 * Whether a list that shows only the newest leads, as if these were all, may show so many: the numbers that people choose
 * as a bound. Ten is none of them: an import that was killed has often created just its first ten.
 */
const mayBeCut = (leads: number): boolean => leads >= 20 && /^(?:1|2|25|5)0*$/.test(String(leads));

/**
 * Whether nothing hides the leads of a time at the beginning of a listing: it shows one that is known to have been created
 * before, or one that says so of itself, or it reaches back by days and does not look cut. A window that begins too late,
 * and a list of the newest alone, show all later leads as if nothing were missing.
 */
export const coversFrom = (
  sentAt: EpochMs,
  { reachesBack }: Pick<Listing, 'reachesBack'>,
  listed: ReadonlyMap<string, ListedLead>,
  known: readonly KnownLead[],
): boolean =>
  known.some(({ id, createdBy }) => createdBy < sentAt && listed.has(id)) ||
  (reachesBack && (!mayBeCut(listed.size) || [...listed.values()].some((lead) => ageOf(lead, sentAt) === 'older')));

/** Whether a listing that does not show a row proves that its lead is not there. */
const absence = (
  { sentAt, until, absentFrom, open: before }: StateOf<'in_doubt'>,
  listing: Listing,
  listed: ReadonlyMap<string, ListedLead>,
  knowledge: Knowledge,
): Judgement => {
  const { known, settleMs } = knowledge;
  const { complete, askedAt } = listing;
  if (askedAt < until + settleMs) return { kind: 'open' };
  // What was looked at before it could last have been sent has said nothing of that.
  const counted = before !== undefined && before.since >= until ? before : undefined;
  const looked = lookedAgain(counted, askedAt, settleMs, cutOf(listed, known, settleMs));
  const waits = absentFrom !== undefined && askedAt < absentFrom;
  const overdue = !waits && isOverdue(looked, leastLooks, askedAt, settleMs);
  const open: Judgement = overdue ? { kind: 'undecidable' } : { kind: 'open', absentFrom, open: looked };
  const proven = provenUntil(listed, knowledge);
  if (!complete || proven.until === undefined) return open;
  const absent = (byTime: boolean): Judgement =>
    coversFrom(sentAt, listing, listed, known) ? { kind: 'absent', byTime } : { ...open, mayBeHidden: true };
  // A lead that was created after the row could last have been: what is shown later than the row shows the row too.
  if (proven.until >= until) return absent(false);
  if (!proven.all) return open;
  if (absentFrom !== undefined && !waits) return absent(true);
  // Only leads from before it are known. The listing gets as long for it as it has at most taken for the latest of them.
  const from = Math.max(askedAt + settleMs, until + (askedAt - proven.until));
  if (overdue || from > looked.since + longestWait * settleMs) return open;
  return { kind: 'open', absentFrom: Math.min(absentFrom ?? from, from), open: looked };
};

/**
 * Looks for a row in the listing. It is created where exactly one lead equals it in every field, no other row could be
 * that lead, and whatever else resembles it is known to be another lead. It is absent only where no lead can be it and the
 * listing has proven that it would show it. Everything else a person must look at, once the listing has had its time.
 */
export const judgeRow = (
  wanted: WantedLead,
  listing: Listing,
  listed: ReadonlyMap<string, ListedLead>,
  knowledge: Knowledge,
): Judgement => {
  const { same, related, possible, byReference } = candidatesFor(wanted, listed, knowledge);
  const hasTwin = knowledge.twin && !byReference;
  const isExplained = (id: string): boolean => knowledge.explained.has(id);
  const [only, ...others] = same;
  if (only !== undefined && others.length === 0 && related.every(isExplained) && !hasTwin)
    return { kind: 'created', leadId: only };
  if (only === undefined && related.length === 0 && possible.every(isExplained))
    return absence(wanted.state, listing, listed, knowledge);
  if (listing.askedAt < wanted.state.until + knowledge.settleMs) return { kind: 'open' };
  // Related leads that other rows explain: the row's own lead may still be one of them, rewritten.
  return { kind: 'undecidable' };
};
