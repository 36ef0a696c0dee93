import { type EpochMs, isoTime } from '../../../shared/clock.ts';
import type { Sending, Trouble } from '../../../shared/leads-api/answers.ts';
import type { LeadPages } from '../../../shared/leads-api/client.ts';
import { type PagingMemory, type ReadPage, readPages } from '../../../shared/leads-api/listing.ts';
import { limits } from '../../../shared/limits.ts';
import type { Reading } from '../../../shared/state/proof.ts';
import type { Sightings } from './sightings.ts';

/** What is asked of the API's list. */
export interface Window {
  /** By the API's clock; undefined: all leads. */
  readonly from: EpochMs | undefined;
  /** Pages are asked for until then. */
  readonly until: EpochMs;
  readonly now: () => EpochMs;
  readonly sending: Sending;
  /** Where an earlier invocation has come to. */
  readonly goesOn: Reading | undefined;
}

export type WindowRead =
  /** @param isWhole whether as many leads were seen as were counted, and all could be read */
  | { readonly kind: 'read'; readonly isWhole: boolean }
  /** There is more of it than can be read. */
  | { readonly kind: 'too_long' }
  /** There was no time for more, or there was trouble behind what was read. */
  | { readonly kind: 'part'; readonly reading: Reading | undefined; readonly trouble: Trouble | undefined };

/** Reads the list of the API page by page, and takes note of what it shows. */
export const readWindow = async (
  pages: LeadPages,
  memory: PagingMemory,
  sightings: Sightings,
  { from, until, now, sending, goesOn }: Window,
): Promise<WindowRead> => {
  const filter = from === undefined ? {} : { dateFrom: isoTime(from) };
  let last: ReadPage | undefined;
  let hasUnreadable = false;
  const part = (trouble?: Trouble): WindowRead => {
    const { index, count, hasGrown } = last ?? goesOn ?? {};
    const isBegun = index !== undefined && count !== undefined && hasGrown !== undefined;
    return { kind: 'part', reading: isBegun ? { way: memory.number, index, count, hasGrown } : undefined, trouble };
  };
  const reading = { seen: sightings, mostPages: limits.maxProofPages, from: goesOn };
  for await (const page of readPages((request) => pages.page(filter, request, sending), memory, reading)) {
    const isTooLong = sightings.isTooLarge || (last !== undefined && last.index + 1 >= limits.maxProofPages);
    if (isTooLong) return { kind: 'too_long' };
    if (page.kind === 'trouble') return part(page.trouble);
    last = page;
    hasUnreadable ||= page.leads.includes(undefined);
    if (now() > until) return part();
  }
  const count = last?.count ?? goesOn?.count ?? 0;
  return { kind: 'read', isWhole: !hasUnreadable && sightings.size >= count };
};
