import type { leadView } from '../../infra/sandbox/lead-view.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Dice } from './dice.ts';

type View = ReturnType<typeof leadView>;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How an API differs from what its document lets expect: a few of these, all the time. */
export interface HostileManners {
  /** How long after its creation a lead is listed, beyond what is waited for. */
  readonly lagMs?: number;
  /** How far what it says of a moment is from the truth, beyond what clocks are allowed. */
  readonly clockSkewMs?: number;
  /** When it says that a lead was created, by the true time and the lead's number: its clock jumps, or its nodes have several. */
  readonly stamp?: (createdAt: EpochMs, number: number) => EpochMs;
  /** How far the clock of what stands before it is ahead. */
  readonly dateAheadMs?: number;
  /** Whether it does not say when a lead was created, or in a form of its own. */
  readonly hidesDates?: boolean;
  /** Which leads a listing since a date shows. */
  readonly filter?: (createdAt: EpochMs, from: EpochMs) => boolean;
  /** The order of the leads of a listing, anew for each page. */
  readonly shuffles?: boolean;
  /** How many leads a listing shows at the most, without saying that there are more: the newest. The oldest alone hide the last row of all as if it were not there: nobody can know. */
  readonly shows?: number;
  /** How many more leads it counts than it shows. */
  readonly countsMore?: number;
  /** Page sizes above it are refused. */
  readonly largestPage?: number;
  /** Whether the first page, being 1, is the first that it serves. */
  readonly refusesPageZero?: boolean;
  /** The status behind the last page. */
  readonly endStatus?: 404 | 400;
  /** What it shows of a lead. */
  readonly rewrite?: (view: View) => View;
  /** Whether a lost answer to a creation is a 409. */
  readonly conflicts?: boolean;
  /** Whether no answer to a creation says the id where it is looked for. */
  readonly hidesIds?: boolean;
  /** Whether its listing can never be read. */
  readonly unreadableList?: boolean;
  /** How long what keeps the documents does not know a new lead. */
  readonly unknownForMs?: number;
  /** A lead of somebody else that every page shows, without an id that can be one. */
  readonly foreign?: object;
}

const dayOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10);

const stakeholder = (view: View, change: (text: string) => string): View => {
  const { first_name, last_name, email } = view.stakeholder;
  const changed = {
    first_name: first_name && change(first_name),
    last_name: last_name && change(last_name),
    email: email && change(email),
  };
  return { ...view, stakeholder: { ...view.stakeholder, ...changed } };
};

const hourOf = (at: EpochMs): number => Math.floor(at / hourMs);

/** When the clock of an API jumps that does so: some time into a run. */
const jumpsAt = (dice: Dice): EpochMs => Date.parse('2026-11-23T03:25:00Z') + dice.between(0, 40) * minuteMs;

const kinds: readonly ((dice: Dice) => HostileManners)[] = [
  (dice) => {
    const [at, byMs] = [jumpsAt(dice), dice.pick([-60, -12, 12, 60]) * minuteMs];
    return { stamp: (createdAt) => (createdAt < at ? createdAt : createdAt + byMs) };
  },
  (dice) => {
    const apartMs = dice.pick([90, 400]) * secondMs;
    return { stamp: (createdAt, number) => (number % 2 === 0 ? createdAt : createdAt - apartMs) };
  },
  (dice) => ({ dateAheadMs: dice.pick([-10, 10, 90]) * minuteMs, hidesDates: dice.chance(0.5) }),
  () => ({ filter: (createdAt, from) => hourOf(createdAt) > hourOf(from) }),
  (dice) => ({ lagMs: dice.pick([70 * secondMs, 4 * minuteMs, 20 * minuteMs, 2 * hourMs]) }),
  (dice) => ({ clockSkewMs: dice.pick([-20, -7, 7, 20]) * minuteMs }),
  () => ({ filter: (createdAt, from) => dayOf(createdAt) > dayOf(from) }),
  (dice) => {
    const aheadMs = dice.pick([-8, 11]) * hourMs;
    return { filter: (createdAt, from) => createdAt + aheadMs >= from };
  },
  () => ({ filter: () => false }),
  () => ({ filter: () => true }),
  () => ({ shuffles: true }),
  (dice) => ({ shows: dice.pick([20, 25, 50, 100]) }),
  (dice) => ({ countsMore: dice.between(1, 3) }),
  (dice) => ({ largestPage: dice.pick([200, 50, 10]) }),
  () => ({ refusesPageZero: true }),
  (dice) => ({ endStatus: dice.pick([404, 400]) }),
  () => ({ rewrite: (view) => stakeholder(view, (text) => text.toUpperCase()) }),
  () => ({ rewrite: (view) => stakeholder(view, (text) => `${text.slice(0, 2)}***`) }),
  () => ({
    rewrite: (view) => stakeholder(view, (text) => text.replaceAll(/[aeiou@]/g, (of) => `&#${of.codePointAt(0)};`)),
  }),
  () => ({
    rewrite: (view) => ({
      ...view,
      loan: { ...view.loan, requested_amount: (view.loan?.requested_amount ?? 0) * 100 },
    }),
  }),
  // It depends on the value: leads beside it come back as they were sent.
  () => ({ rewrite: (view) => stakeholder(view, (text) => text.replaceAll(/[13579]/g, '0')) }),
  () => ({ conflicts: true }),
  () => ({ hidesIds: true }),
  () => ({ unreadableList: true }),
  (dice) => ({ unknownForMs: dice.between(1, 10) * secondMs }),
  () => ({ foreign: { id: 'draft:1' } }),
];

/**
 * What an API does, or something before it, that no client can prevent: it keeps a lead twice, takes one back, or answers
 * with the id of another one. Only the list tells.
 */
export const dishonesties = ['doubles', 'forgets', 'exchanges'] as const;
export type Dishonesty = (typeof dishonesties)[number];

/** That of a run; most have none. */
export const dishonestyOf = (dice: Dice): Dishonesty | undefined =>
  dice.chance(0.06) ? dice.pick(dishonesties) : undefined;

/** The manners of a run: those of the document in most. */
export const hostileManners = (dice: Dice): HostileManners | undefined => {
  if (!dice.chance(0.2)) return undefined;
  const picked = Array.from({ length: dice.between(1, 2) }, () => dice.pick(kinds)(dice));
  return Object.assign({}, ...picked) as HostileManners;
};
