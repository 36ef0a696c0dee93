import { limits } from '../limits.ts';
import type { ListAnswer, Trouble } from './answers.ts';
import { type ListedLead, listedLead } from './visible-lead.ts';

/** How a page is asked for. Without a size the API decides. */
export interface PageRequest {
  readonly index: number;
  readonly size: number | undefined;
}

/** What asking for a page came to. `refused`: the API does not serve this page: an index, a size, or what is behind the end. */
export type PageAnswer =
  | { readonly kind: 'page'; readonly leads: readonly unknown[]; readonly count: number | undefined }
  | { readonly kind: 'refused'; readonly httpStatus: number }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** Ways to page, tried in turn until the API serves the first page: the document says nothing of a first index or a largest size. */
const ways: readonly { readonly first: number; readonly size: number | undefined }[] = [
  500,
  limits.listingPageSize,
  20,
  undefined,
].flatMap((size) => [0, 1].map((first) => ({ first, size })));

/** What an instance has learned of how the API pages. */
export class PagingMemory {
  #way: number;

  /** @param way that another instance has found */
  constructor(way = 0) {
    this.#way = way;
  }

  /** For another instance. */
  get number(): number {
    return this.#way;
  }

  get way(): (typeof ways)[number] {
    return ways[this.#way] ?? { first: 0, size: undefined };
  }

  /** The API did not serve the first page that way; false where nothing else is left to try. */
  tryNext(): boolean {
    if (this.#way === ways.length - 1) return false;
    this.#way += 1;
    return true;
  }

  /** Index 0 was the same page as index 1. */
  firstIsOne(): void {
    if (this.way.first === 0) this.#way += 1;
  }

  /** Leads are missing: the page may have been the same because as many new leads had come as fit on a page. */
  firstMayBeZero(): void {
    if (this.way.first === 1) this.#way -= 1;
  }
}

interface Pass {
  readonly leads: ReadonlyMap<string, ListedLead>;
  /** Whether a lead may have been missed: it could not be read, or the order moved while the pages were read. */
  readonly hasGaps: boolean;
  /** How many leads the API counted at the beginning. */
  readonly count: number;
}

/** Pages without news after which an API that counts more leads than it shows is not asked for another. */
const mostPagesWithoutNews = 5;

/** Passes over a listing whose order moves before it is called incomplete. */
const maxPasses = 3;

const unreadable = (httpStatus?: number): Trouble => ({
  code: 'unreadable_answer',
  ...(httpStatus !== undefined && { httpStatus }),
});

const isSamePage = (one: readonly ListedLead[], other: readonly ListedLead[]): boolean =>
  one.length === other.length && one.every(({ id }, index) => id === other[index]?.id);

/**
 * Whether leads that were seen before come again in the order in which they were seen. New leads push older ones to later
 * pages, so that these are seen twice and none is missed; any other movement may hide one.
 */
const isInOrder = (page: readonly ListedLead[], seen: readonly string[]): boolean => {
  const places = new Map(seen.map((id, place) => [id, place]));
  const again = page.map(({ id }) => places.get(id)).filter((place) => place !== undefined);
  return again.every((place, index) => index === 0 || place > (again[index - 1] ?? 0));
};

/** The leads that a listing has shown so far. */
export interface SeenLeads {
  readonly size: number;
  has(id: string): boolean;
  add(lead: ListedLead): void;
}

class SeenIds implements SeenLeads {
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add({ id }: ListedLead): void {
    this.#ids.add(id);
  }
}

/** How a listing is read whose reader keeps what it shows. */
export interface PageReading {
  readonly seen: SeenLeads;
  readonly mostPages: number;
  /** Where it goes on; absent: it begins. */
  readonly from?: Pick<ReadPage, 'index' | 'count' | 'hasGrown'> | undefined;
}

/** A page that was read: its leads as the API sent them, and as we understand them. */
export interface ReadPage {
  readonly kind: 'page';
  readonly index: number;
  readonly sent: readonly unknown[];
  /** In their order; undefined for one without an id, which could be any lead. */
  readonly leads: readonly (ListedLead | undefined)[];
  /** How many leads the API counted at the beginning. */
  readonly count: number;
  /** Whether it counts more by now, or does not count: leads that come meanwhile may push the same ones to page after page. */
  readonly hasGrown: boolean;
}

/**
 * Reads page after page to the end of a listing: an empty page, where the API shows one. Ends with `trouble` where there is
 * any. A page's leads are among those that were seen when it is shown.
 */
export async function* readPages(
  fetchPage: (request: PageRequest) => Promise<PageAnswer>,
  memory: PagingMemory,
  { seen, mostPages, from }: PageReading = { seen: new SeenIds(), mostPages: limits.maxListingPages },
): AsyncGenerator<ReadPage | { readonly kind: 'trouble'; readonly trouble: Trouble }> {
  let last: readonly ListedLead[] | undefined;
  let count = from?.count;
  let hasGrown = from?.hasGrown ?? false;
  let pages = from === undefined ? 0 : from.index + 1 - memory.way.first;
  let pagesWithoutNews = 0;
  let index = from === undefined ? memory.way.first : from.index + 1;
  for (let requests = pages; requests < mostPages; requests += 1) {
    const answer = await fetchPage({ index, size: memory.way.size });
    if (answer.kind === 'trouble') return yield answer;
    if (answer.kind === 'refused') {
      // Behind the last page some APIs say that there is no such page.
      if (pages > 0) return yield { kind: 'page', index, sent: [], leads: [], count: count ?? 0, hasGrown };
      if (!memory.tryNext()) return yield { kind: 'trouble', trouble: unreadable(answer.httpStatus) };
      index = memory.way.first;
      continue;
    }
    const all = answer.leads.map(listedLead);
    const leads = all.filter((lead) => lead !== undefined);
    const isRepeated = leads.length > 0 && isSamePage(leads, last ?? []);
    if (pages === 1 && index === 1 && isRepeated) memory.firstIsOne();
    const hasNews = leads.some(({ id }) => !seen.has(id));
    for (const lead of leads) seen.add(lead);
    count ??= answer.count ?? all.length;
    hasGrown ||= answer.count === undefined || answer.count > count;
    yield { kind: 'page', index, sent: answer.leads, leads: all, count, hasGrown };
    // An index 0 may mean the same as 1, or nothing: one page without news is no end yet. And while more leads are
    // counted than were seen, others may follow.
    pagesWithoutNews = hasNews ? 0 : pagesWithoutNews + 1;
    const isBehindTheLast = all.length === 0 && pages > 0;
    const isEnough = seen.size >= count && !hasGrown ? 2 : mostPagesWithoutNews;
    if (isBehindTheLast || pagesWithoutNews >= isEnough) return;
    last = leads;
    pages += 1;
    index += 1;
  }
  yield { kind: 'trouble', trouble: unreadable() };
}

/** Reads all pages once. */
const readPass = async (
  fetchPage: (request: PageRequest) => Promise<PageAnswer>,
  memory: PagingMemory,
): Promise<Pass | { readonly trouble: Trouble }> => {
  const leads = new Map<string, ListedLead>();
  let count = 0;
  let hasGaps = false;
  let endsBeforeItsEnd = false;
  for await (const page of readPages(fetchPage, memory)) {
    if (page.kind === 'trouble') return { trouble: page.trouble };
    ({ count } = page);
    endsBeforeItsEnd = page.hasGrown && page.sent.length > 0;
    const readable = page.leads.filter((lead) => lead !== undefined);
    if (readable.length < page.leads.length || !isInOrder(readable, [...leads.keys()])) hasGaps = true;
    for (const lead of readable) leads.set(lead.id, lead);
  }
  return { leads, hasGaps: hasGaps || endsBeforeItsEnd, count };
};

/**
 * Reads a listing to its end. It is complete where as many leads were seen as were counted, all could be read and the
 * order stood still; otherwise it is read again, and what it lacks in the end proves nothing.
 */
export const readListing = async (
  fetchPage: (request: PageRequest) => Promise<PageAnswer>,
  memory: PagingMemory,
): Promise<ListAnswer> => {
  const leads = new Map<string, ListedLead>();
  for (let pass = 1; ; pass += 1) {
    const read = await readPass(fetchPage, memory);
    if ('trouble' in read) return { kind: 'trouble', trouble: read.trouble };
    for (const [id, lead] of read.leads) leads.set(id, lead);
    const complete = !read.hasGaps && read.leads.size >= read.count;
    if (!complete) memory.firstMayBeZero();
    if (complete || pass === maxPasses) return { kind: 'leads', leads: [...leads.values()], complete };
  }
};
