import { limits } from '../../shared/limits.ts';
import { Dice } from './dice.ts';
import type { HostileManners } from './hostile-manners.ts';
import { type RequestLimit, requestLimits } from './request-limit.ts';

/** How this run's API is, all the time: none of it is a fault. */
export interface Manners {
  /** How long after its creation a lead is listed. */
  readonly listingLagMs: number;
  readonly clockSkewMs: number;
  /** Most leads on a page, whatever is asked for. */
  readonly mostOnPage: number;
  /** Whether the first page has the index 1; index 0 is then the same page. */
  readonly pagesFromOne: boolean;
  /** Whether the listing shows the notes rewritten. */
  readonly rewrites: boolean;
  /** Whether its answers say what time it is. */
  readonly saysDate: boolean;
  /** Refuses what comes too soon; absent: as many as come. */
  readonly takes?: { readonly request: RequestLimit; readonly retryAfter: string | undefined };
}

/** Together with what is committed late less than the time in which the listing is not believed. */
const mostLagMs = 20_000;

/** One API in five takes only so many requests a second. */
const limitOf = (dice: Dice): Pick<Manners, 'takes'> => {
  if (!dice.chance(0.2)) return {};
  const limit = dice.pick(Object.values(requestLimits));
  const retryAfter = dice.pick(['1', '1', '2', '30', undefined]);
  return { takes: { request: limit(dice.pick([1, 2, 5, 20])), retryAfter } };
};

/** How the API of a run is; what a hostile one does goes before. */
export const mannersOf = (dice: Dice, hostile: HostileManners): Manners => ({
  listingLagMs: hostile.lagMs ?? dice.pick([0, 0, dice.between(0, mostLagMs)]),
  clockSkewMs:
    hostile.clockSkewMs ?? dice.pick([0, dice.between(-limits.clockSkewMs + 10_000, limits.clockSkewMs - 10_000)]),
  mostOnPage: dice.pick([2, 500]),
  pagesFromOne: dice.chance(0.5),
  rewrites: dice.chance(0.05),
  saysDate: new Dice(dice.between(0, 1_000_000), 'date').chance(0.5),
  ...limitOf(new Dice(dice.between(0, 1_000_000), 'limit')),
});
