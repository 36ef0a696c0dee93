import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../shared/import-id.ts';
import { reportPrefix } from '../../shared/keys.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { HostileApi, type Losing, type Manners } from '../support/hostile-api.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow, type SampleRow } from '../support/sample-rows.ts';

// APIs that differ from what their document lets expect, each with one answer in four lost. None may come to hold a lead
// twice, whatever its listing shows; and only rows whose answer was lost may be left to a person.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const names = ['José', 'Zoë', "O'Brien", 'Ann', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gus'];

/** Thirty rows with what APIs like to rewrite: accents, apostrophes, tags in addresses. */
const table: readonly SampleRow[] = Array.from({ length: 30 }, (_, index) =>
  aRow(index + 1, {
    'First Name': names[index % names.length] ?? '',
    Email: index % 5 === 0 ? `person${index}+loan@example.com` : `person${index}@example.com`,
    Notes: index % 3 === 0 ? 'R&D <new> "ute"' : '',
  }),
);

/** One answer in four is lost, behind the commit and before it in turn; the first two never are. */
const oneInFour: Losing = (creation) => {
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
const withPerson = (view: View, person: object): object => ({
  ...view,
  stakeholder: { ...view.stakeholder, ...person },
});

const page = (leads: unknown, count?: number): string => JSON.stringify({ success: true, result: { leads, count } });

/** Lists that answer, and of which nothing, or not all, can ever be read. */
const unreadableLists: Readonly<Record<string, Manners>> = {
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

const variants: Readonly<Record<string, Manners>> = {
  'behaves as documented': {},
  'answers 409 once the lead is there': { loses: 'conflict' },
  'answers 500 once the lead is there': { loses: 'error' },
  'commits after the connection broke': { loses: 'late_commit' },
  'lists in random order, two on a page': { order: shuffled, pageCap: 2 },
  'lists in random order, all on one page': { order: shuffled },
  'lists the oldest first': { order: (leads) => leads.toReversed(), pageCap: 7 },
  'counts more leads than it shows': { countsMore: 3 },
  'shows half of its leads': { order: (leads) => leads.filter((_, index) => index % 2 === 0) },
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

/** A finished import, and the API that it went through. */
interface Imported {
  readonly api: HostileApi;
  readonly summary: Summary;
  /** Lines of `report.csv` by header. */
  readonly report: readonly Readonly<Record<string, string>>[];
  readonly harness: PipelineHarness;
}

/** Imports rows through an API, in virtual time: the product's own client, gate, listings and stories. */
const importThrough = async (
  manners: Manners,
  losing: Losing,
  {
    rows = table,
    reference = 'none',
  }: { readonly rows?: readonly SampleRow[]; readonly reference?: 'none' | 'notes' } = {},
): Promise<Imported> => {
  const harness = new PipelineHarness();
  const { clock, chance } = harness;
  const api = new HostileApi(manners, losing, clock);
  const credentials = { read: async () => ({ username: 'u', password: 'p' }) };
  const waitForTurn = async (): Promise<void> => undefined;
  harness.leadsApi = leadsApi({ http: api, credentials, waitForTurn, clock, chance, documentEncoding: 'binary' });
  harness.reference = reference;
  const upload = harness.drop('incoming/a.csv', aCsv(rows));
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  if (summary === undefined) throw new Error('there is no report');
  const text = harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.csv`) ?? '';
  return { api, summary, report: parse(text, { columns: true }) as Record<string, string>[], harness };
};

const statusByEmail = ({ report }: Imported): Map<string, string> =>
  new Map(report.map((line) => [line['Email'] ?? '', line['lead__Status'] ?? '']));

/** What must hold whatever the API does. */
const holds = (done: Imported): void => {
  const { api } = done;
  const emails = api.emails();
  expect(emails, 'no lead twice').toEqual([...new Set(emails)].toSorted());
  const statuses = statusByEmail(done);
  for (const [email, status] of statuses) {
    if (status === 'created') expect(emails, email).toContain(email);
    else expect([status, api.lost.has(email)], email).toEqual(['unconfirmed', true]);
  }
  for (const email of emails) expect(['created', 'unconfirmed'], email).toContain(statuses.get(email));
};

describe('guarantee 2: no lead is created twice', () => {
  it.each(Object.entries(variants))('an API that %s gets no lead twice', async (_, manners) => {
    const done = await importThrough(manners, oneInFour);
    expect(done.summary.rows).toBe(30);
    holds(done);
  });

  it.each([
    'behaves as documented',
    'has a first page of 1 and refuses 0',
    'refuses large pages',
    'answers 404 behind the last page',
    'lists after half a settle time',
    'has a clock that is seven minutes behind',
    'filters dates eight hours west',
    'answers 409 once the lead is there',
  ])('an API that %s leaves no row to a person', async (name) => {
    const { summary, api } = await importThrough(variants[name] ?? {}, oneInFour);
    expect(summary.statuses).toMatchObject({ created: 30, unconfirmed: 0 });
    expect(api.leads).toHaveLength(30);
  });

  it('an API that loses the answer of the last row gets it once', async () => {
    const { summary, api } = await importThrough({}, (creation) => (creation === 30 ? 'after' : undefined));
    expect(summary.statuses).toMatchObject({ created: 30 });
    expect(api.leads).toHaveLength(30);
  });

  it('an API that loses every answer and lists nothing gets nothing twice, and holds no report for a day', async () => {
    const done = await importThrough({ order: () => [] }, () => 'after', { rows: table.slice(0, 3) });
    holds(done);
    expect(done.summary.statuses.unconfirmed).toBe(3);
    const tookMs = Date.parse(done.summary.finishedAt) - Date.parse(done.summary.startedAt);
    expect(tookMs).toBeLessThan(hourMs);
  });

  it('a file that is dropped again says which of its leads nobody could confirm, and sends none of them', async () => {
    const first = await importThrough({ order: () => [] }, () => 'after', { rows: table.slice(0, 3) });
    const { harness, api } = first;
    const upload = harness.drop('incoming/a.csv', aCsv(table.slice(0, 3)));
    await harness.parse(upload);
    await harness.submit();
    const summary = await harness.report(upload);
    expect(summary?.statuses).toMatchObject({ duplicate: 3 });
    expect(summary?.warnings).toEqual([{ code: 'duplicate_of_unconfirmed', column: '', count: 3 }]);
    const page = harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.html`);
    expect(page).toContain('3 leads nobody could confirm');
    expect(page).not.toContain('Nothing is left for you to do');
    expect(api.leads).toHaveLength(3);
  });

  it.each([90_000, 240_000])(
    'an API that never says an id and lists after %d ms gets no lead twice, though a lead that was found is no new one',
    async (lagMs) => {
      const done = await importThrough({ loses: 'shape', lagMs }, () => 'after');
      holds(done);
      expect(done.summary.statuses).toMatchObject({ created: 30 });
    },
  );

  it('an API that rewrites names is settled by references in the notes', async () => {
    const rewrites: Manners = { rewrite: (view) => withPerson(view, { last_name: 'REDACTED' }) };
    const { summary, api } = await importThrough(rewrites, oneInFour, { reference: 'notes' });
    expect(summary.statuses).toMatchObject({ created: 30, unconfirmed: 0 });
    expect(api.leads).toHaveLength(30);
    expect(api.leads[0]?.payload.loan?.notes).toMatch(/\[ref [2-9A-Z]{12}\]$/);
  });

  it('references that come back cut prove nothing', async () => {
    const cut: Manners = {
      rewrite: (view) => ({ ...view, loan: { ...view.loan, notes: view.loan.notes?.slice(0, 20) } }),
    };
    holds(await importThrough(cut, oneInFour, { reference: 'notes' }));
  });
});

/** How long an import took, in the time of its API. */
const tookMs = ({ summary }: Imported): number => Date.parse(summary.finishedAt) - Date.parse(summary.startedAt);

describe('guarantee 5: a report always arrives', () => {
  it.each(Object.entries(unreadableLists))('an API that %s holds no report for an hour', async (_, manners) => {
    expect(tookMs(await importThrough(manners, oneInFour))).toBeLessThan(hourMs);
  });

  it('an API that never says an id where we look for it gets every lead once, within hours', async () => {
    const done = await importThrough({ loses: 'shape' }, () => 'after');
    expect(done.summary.statuses).toMatchObject({ created: 30 });
    expect(done.api.leads).toHaveLength(30);
    expect(tookMs(done)).toBeLessThan(hourMs);
  });
});

describe("guarantee 6: system trouble is not a row's fault", () => {
  it.each([
    [
      'a 200 that says success: false',
      { status: 200, body: { success: false, message: 'no' } },
      'rejected',
      'refused_by_api',
    ],
    ['a firewall that answers 403', { status: 403, body: 'blocked' }, 'failed', 'api_keeps_failing'],
  ])('%s for one row ends that row alone', async (_, answer, status, code) => {
    const manners: Manners = {
      refuses: ({ customer }) => (customer?.email === 'person7@example.com' ? answer : undefined),
    };
    const { summary, report, api, harness } = await importThrough(manners, () => undefined);
    expect(summary.statuses).toMatchObject({ created: 29, [status]: 1 });
    expect(report.find((line) => line['Email'] === 'person7@example.com')?.['lead__ErrorCode']).toBe(code);
    expect(api.leads).toHaveLength(29);
    expect(harness.events.filter(([event]) => event === 'credentials_refused')).toEqual([]);
  });

  it.each([
    ['two rows at which a firewall answers 403', 2, 'failed', { status: 403, body: 'blocked' }],
    ['five rows at which a firewall answers 403', 5, 'failed', { status: 403, body: 'blocked' }],
    ['two rows at which the API fails', 2, 'unconfirmed', { status: 500, body: 'oops' }],
    ['three rows for which an address is not found', 3, 'failed', { status: 404, body: 'no such suburb' }],
  ] as const)('%s end within hours, and the others are created', async (_, count, status, answer) => {
    const manners: Manners = {
      refuses: ({ customer }) => (bad.has(customer?.email) ? answer : undefined),
    };
    const bad = new Set<string | undefined>(
      ['person7', 'person8', 'person9', 'person11', 'person12'].slice(0, count).map((name) => `${name}@example.com`),
    );
    const { summary, api } = await importThrough(manners, () => undefined);
    expect(summary.statuses).toMatchObject({ created: 30 - count, [status]: count });
    expect(api.leads).toHaveLength(30 - count);
    expect(Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)).toBeLessThan(2 * hourMs);
  });
});
