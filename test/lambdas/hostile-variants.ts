import type { Losing, Manners } from '../support/hostile-api.ts';
import { aRow, type SampleRow } from '../support/sample-rows.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

const names = ['José', 'Zoë', "O'Brien", 'Ann', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gus'];

/** Thirty rows with what APIs like to rewrite: accents, apostrophes, tags in addresses. */
export const table: readonly SampleRow[] = Array.from({ length: 30 }, (_, index) =>
  aRow(index + 1, {
    'First Name': names[index % names.length] ?? '',
    Email: index % 5 === 0 ? `person${index}+loan@example.com` : `person${index}@example.com`,
    Notes: index % 3 === 0 ? 'R&D <new> "ute"' : '',
  }),
);

/** One answer in four is lost, behind the commit and before it in turn; the first two never are. */
export const oneInFour: Losing = (creation) => {
  if (creation < 3 || creation % 4 !== 3) return undefined;
  return creation % 8 === 3 ? 'after' : 'before';
};

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '');
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
const mask = (text: string | undefined): string => `${String(text).slice(0, 2)}***`;

type View = Parameters<NonNullable<Manners['rewrite']>>[0];
export const withPerson = (view: View, person: object): object => ({
  ...view,
  stakeholder: { ...view.stakeholder, ...person },
});

const page = (leads: unknown, count?: number): string => JSON.stringify({ success: true, result: { leads, count } });

/** Lists that answer, and of which nothing, or not all, can ever be read. */
export const unreadableLists: Readonly<Record<string, Manners>> = {
  'answers a page of HTML instead of its list': { insteadOfPage: () => ({ status: 200, body: '<html></html>' }) },
  'says success: false instead of its list': { insteadOfPage: () => ({ status: 200, body: '{"success":false}' }) },
  'answers 204 instead of its list': { insteadOfPage: () => ({ status: 204, body: '' }) },
  'lists null': { insteadOfPage: () => ({ status: 200, body: page(null, 30) }) },
  'has pages that are too large': { insteadOfPage: () => ({ status: 200 }) },
  'has no list': { insteadOfPage: () => ({ status: 404, body: '' }) },
  'allows nobody to list': { insteadOfPage: () => ({ status: 405, body: '' }) },
  'says success: false behind the last page': {
    insteadOfPage: (index) => (index > 1 ? { status: 200, body: '{"success":false}' } : undefined),
  },
  'lists a foreign lead whose id cannot be one': { foreign: { id: 'draft:1', loan: {} } },
  'lists null among its leads': { foreign: null },
};

export const variants: Readonly<Record<string, Manners>> = {
  'behaves as documented': {},
  'answers 409 once the lead is there': { loses: 'conflict' },
  'answers 500 once the lead is there': { loses: 'error' },
  'commits after the connection broke': { loses: 'late_commit' },
  'lists in random order, two on a page': { order: shuffled, pageCap: 2 },
  'lists in random order, all on one page': { order: shuffled },
  'lists the oldest first': { order: (leads) => leads.toReversed(), pageCap: 7 },
  'counts more leads than it shows': { countsMore: 3 },
  'shows half of its leads': { order: (leads) => leads.filter((_, index) => index % 2 === 0) },
  'lists the newest five and no more': { order: (leads) => leads.slice(0, 5) },
  'lists the oldest 20 and no more, on pages of ten': { order: (leads) => leads.slice(-20), pageCap: 10 },
  'lists after half a settle time': { lagMs: 30_000 },
  'lists after one and a half settle times': { lagMs: 90_000 },
  'lists after four settle times': { lagMs: 240_000 },
  'filters dates by day and excludes the day': {
    filter: ({ at }, from) => new Date(at).toISOString().slice(0, 10) > from.slice(0, 10),
  },
  'filters dates eight hours west': { filter: ({ at }, from) => at - 8 * hourMs >= Date.parse(from) },
  'filters dates eleven hours east': { filter: ({ at }, from) => at + 11 * hourMs >= Date.parse(from) },
  'does not understand ISO dates and shows nothing': { filter: () => false },
  'ignores dates': { filter: () => true },
  'has a clock that is seven minutes behind': { createdAtAheadMs: -7 * minuteMs, dateAheadMs: -7 * minuteMs },
  'has a clock that is seven minutes ahead': { createdAtAheadMs: 7 * minuteMs, dateAheadMs: 7 * minuteMs },
  'has a created_at that is behind while its Date is right': { createdAtAheadMs: -20 * minuteMs },
  'folds accents': { rewrite: (view) => withPerson(view, { first_name: fold(view.stakeholder.first_name ?? '') }) },
  'escapes HTML': {
    rewrite: (view) => ({
      ...withPerson(view, { first_name: escaped(view.stakeholder.first_name ?? '') }),
      loan: { ...view.loan, notes: view.loan.notes && escaped(view.loan.notes) },
    }),
  },
  'lists amounts in cents': {
    rewrite: (view) => ({ ...view, loan: { ...view.loan, requested_amount: (view.loan.requested_amount ?? 0) * 100 } }),
  },
  'lists dates day first': {
    rewrite: (view) => withPerson(view, { birth_date: view.stakeholder.birth_date?.split('-').toReversed().join('/') }),
  },
  'lists phones with their country code': {
    rewrite: (view) => withPerson(view, { phone: view.stakeholder.phone?.replace(/^0/, '+61 ') }),
  },
  'lists phones as numbers': {
    rewrite: (view) => withPerson(view, { phone: Number(view.stakeholder.phone?.replaceAll(/\D/g, '')) }),
  },
  'removes tags of e-mail addresses': {
    rewrite: (view) => withPerson(view, { email: view.stakeholder.email?.replace(/\+[^@]*/, '') }),
  },
  'masks e-mail and phone': {
    rewrite: (view) => withPerson(view, { email: mask(view.stakeholder.email), phone: mask(view.stakeholder.phone) }),
  },
  'masks e-mail, phone and ABN': {
    rewrite: (view) => ({
      ...withPerson(view, { email: mask(view.stakeholder.email), phone: mask(view.stakeholder.phone) }),
      company: { ...view.company, abn: mask(view.company.abn) },
    }),
  },
  'rewrites two fields': {
    rewrite: (view) => ({
      ...withPerson(view, { last_name: 'REDACTED' }),
      company: { ...view.company, name: 'REDACTED' },
    }),
  },
  'rewrites the name where it has an accent': {
    rewrite: (view) =>
      /[^ -~]/.test(view.stakeholder.first_name ?? '') ? withPerson(view, { first_name: '?', last_name: '?' }) : view,
  },
  'has a first page of 1 and refuses 0': { firstPage: 1, pageCap: 5 },
  'refuses large pages': { largestPage: 100 },
  'refuses pages of more than 20': { largestPage: 20 },
  'answers 404 behind the last page': { endStatus: 404, pageCap: 5 },
  'answers 400 behind the last page': { endStatus: 400, pageCap: 5 },
  ...unreadableLists,
};
