import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import type { Sending, Trouble } from '../../../shared/leads-api/answers.ts';
import type { LeadPages } from '../../../shared/leads-api/client.ts';
import type { PagingMemory } from '../../../shared/leads-api/listing.ts';
import { listedLead } from '../../../shared/leads-api/visible-lead.ts';
import { limits } from '../../../shared/limits.ts';
import { mapConcurrently } from '../../../shared/map-concurrently.ts';
import { type CreatedLeads, idsOf } from './created-leads.ts';
import type { Sightings } from './sightings.ts';

/** What asking for leads one by one has said of those that a listing lacks. */
export type LookedUp =
  /** None of those that were asked for is there, although one that the listing shows is. */
  | 'none_is_there'
  /** The listing hides some that are there. */
  | 'some_are_there'
  /** The API does not give leads by their ids. */
  | 'unknown'
  /** It did not answer. */
  | Trouble;

type Lookup = 'shown' | 'not_shown' | 'unknown' | Trouble;

const lookupsAtOnce = 4;

/** Evenly spread over all of them. */
const sampleOf = (numbers: readonly number[]): number[] => {
  const step = Math.max(1, numbers.length / limits.maxProofLookups);
  const count = Math.min(numbers.length, limits.maxProofLookups);
  return Array.from({ length: count }, (_, at) => numbers[Math.floor(at * step)] ?? 0);
};

/** Asks the API for leads by their ids. An API that does not know that filter shows others, or all, and says nothing. */
const lookUp = async (id: string, pages: LeadPages, { way }: PagingMemory, sending: Sending): Promise<Lookup> => {
  const answer = await pages.page({ id }, { index: way.first, size: way.size }, sending);
  if (answer.kind === 'refused') return answer.httpStatus === 404 ? 'not_shown' : 'unknown';
  if (answer.kind === 'trouble') return answer.trouble;
  const ids = answer.leads.map((lead) => listedLead(lead)?.id);
  if (ids.length === 0) return 'not_shown';
  return ids.length === 1 && ids[0] === id ? 'shown' : 'unknown';
};

/** A lead that the listing shows: what is said of it tells whether the API gives leads by their ids. */
const controlOf = async (
  store: ObjectStore,
  importId: string,
  created: CreatedLeads,
  sightings: Sightings,
): Promise<string | undefined> => {
  for (let number = 0; number < created.count; number += 1)
    if (sightings.isShown(number)) return (await idsOf(store, importId, new Set([number]))).get(number);
  return sightings.others.keys().next().value;
};

/** The world that leads are looked up in. */
export interface LookupPlace {
  readonly store: ObjectStore;
  readonly importId: string;
  readonly pages: LeadPages;
  readonly memory: PagingMemory;
  readonly sending: Sending;
}

/** Asks for leads that a listing lacks, a hundred at most: what is true of these is taken for true of all. */
export const lookUpMissing = async (
  missing: readonly number[],
  created: CreatedLeads,
  sightings: Sightings,
  { store, importId, pages, memory, sending }: LookupPlace,
): Promise<LookedUp> => {
  if (missing.length === 0) return 'none_is_there';
  const control = await controlOf(store, importId, created, sightings);
  const shown = control === undefined ? 'unknown' : await lookUp(control, pages, memory, sending);
  if (typeof shown === 'object') return shown;
  if (shown !== 'shown') return 'unknown';
  const ids = await idsOf(store, importId, new Set(sampleOf(missing)));
  const answers = await mapConcurrently(ids.values(), lookupsAtOnce, (id) => lookUp(id, pages, memory, sending));
  if (answers.includes('shown')) return 'some_are_there';
  const trouble = answers.find((answer) => typeof answer === 'object');
  if (trouble !== undefined) return trouble;
  return answers.every((answer) => answer === 'not_shown') ? 'none_is_there' : 'unknown';
};
