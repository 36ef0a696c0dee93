import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { unpaced } from '../../shared/leads-api/paced.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { HostileApi, type Losing, type Manners } from '../support/hostile-api.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows, type SampleRow } from '../support/sample-rows.ts';
import { hourMs, oneInFour, table, unreadableLists, variants, withPerson } from './hostile-variants.ts';

// APIs that differ from what their document lets expect, each with one answer in four lost. None may come to hold a lead
// twice, whatever its listing shows; and only rows whose answer was lost may be left to a person.

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
  harness.leadsApi = leadsApi({ http: api, credentials, paced: unpaced, clock, chance, documentEncoding: 'binary' });
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
    'folds accents',
    'escapes HTML',
    'lists amounts in cents',
    'lists dates day first',
    'lists phones with their country code',
    'lists phones as numbers',
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
    expect(summary?.warnings).toEqual([{ code: 'duplicate_of_unconfirmed', column: '', count: 3, lines: [2, 3, 4] }]);
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

describe('guarantee 1: every row is accounted for', () => {
  it('a row that the API answers with the lead of a row of another batch is told to a person, with both', async () => {
    const couple = rows(80).map((row, index) => (index === 70 ? { ...row, Email: rows(80)[3]?.['Email'] ?? '' } : row));
    const { summary, report, harness } = await importThrough({ merges: true }, () => undefined, { rows: couple });
    expect(summary.statuses.created).toBe(80);
    expect(summary.warnings).toMatchObject([{ code: 'same_lead', column: '', count: 1 }]);
    expect(report.filter((line) => line['lead__ErrorCode'] !== '')).toMatchObject([
      {
        lead__Line: '72',
        lead__Id: report[3]?.['lead__Id'],
        lead__ErrorCode: 'same_lead',
        lead__Error: `The API answered this row and the row on line 5 with one lead, ${report[3]?.['lead__Id']}.`,
      },
    ]);
    expect(harness.events.filter(([event]) => event === 'rows_share_lead')).toMatchObject([
      ['rows_share_lead', { rows: 1 }],
    ]);
  });
});

/** How long an import took, in the time of its API. */
const tookMs = ({ summary }: Imported): number => Date.parse(summary.finishedAt) - Date.parse(summary.startedAt);

describe('guarantee 5: a report always arrives', () => {
  it.each(Object.entries(unreadableLists))('an API that %s holds no report for an hour', async (_, manners) => {
    expect(tookMs(await importThrough(manners, oneInFour))).toBeLessThan(hourMs);
  });

  it.each(Object.keys(variants).filter((name) => name.includes('no more')))(
    'an API that %s holds no report as long as one that lags',
    async (name) => {
      expect(tookMs(await importThrough(variants[name] ?? {}, oneInFour))).toBeLessThan(hourMs / 7);
    },
  );

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
    ['two rows at which a firewall answers 403', 2, ['failed', 'refused access'], { status: 403, body: 'blocked' }],
    ['five rows at which a firewall answers 403', 5, ['failed', 'refused access'], { status: 403, body: 'blocked' }],
    ['two rows at which the API fails', 2, ['unconfirmed', 'server error'], { status: 500, body: 'oops' }],
    ['five rows at which the API fails', 5, ['unconfirmed', 'server error'], { status: 500, body: 'oops' }],
    ['three rows with an unknown address', 3, ['failed', 'no Leads API at'], { status: 404, body: 'no such suburb' }],
  ] as const)(
    '%s end within hours and say why, and the others are created',
    async (_, count, [status, why], answer) => {
      const manners: Manners = {
        refuses: ({ customer }) => (bad.has(customer?.email) ? answer : undefined),
      };
      const bad = new Set<string | undefined>(
        ['person7', 'person8', 'person9', 'person11', 'person12'].slice(0, count).map((name) => `${name}@example.com`),
      );
      const { summary, report, api } = await importThrough(manners, () => undefined);
      expect(summary.statuses).toMatchObject({ created: 30 - count, [status]: count });
      for (const line of report.filter(({ Email }) => bad.has(Email)))
        expect(line['lead__Error']).toMatch(new RegExp(`Last error: .*${why}`));
      expect(api.leads).toHaveLength(30 - count);
      // An hour until the latest known lead proves too little, an hour until the listing shows the row, and what is left of it.
      expect(Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)).toBeLessThan(3 * hourMs);
    },
  );
});
