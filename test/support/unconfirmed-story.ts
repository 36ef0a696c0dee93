import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { unpaced } from '../../shared/leads-api/paced.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { HostileApi, type Losing, type Manners } from './hostile-api.ts';
import { PipelineHarness } from './pipeline-harness.ts';
import { aCsv, rows } from './sample-rows.ts';

export type Line = Record<string, string>;

/** An import as it ended. */
interface Ended {
  readonly summary: Summary;
  readonly lines: readonly Line[];
  /** A file of its report. */
  readonly file: (name: string) => string | undefined;
}

/** Three rows whose answers are all lost while the list shows nothing; then the list shows what is there again. */
export class UnconfirmedStory {
  readonly harness = new PipelineHarness();
  readonly manners: { -readonly [Name in keyof Manners]: Manners[Name] } = { order: () => [] };
  readonly api: HostileApi;
  losing: Losing;
  #files = 0;

  constructor(losing: Losing) {
    this.losing = losing;
    const { clock, chance } = this.harness;
    this.api = new HostileApi(this.manners, (creation) => this.losing(creation), clock);
    const credentials = { read: async () => ({ username: 'u', password: 'p' }) };
    this.harness.leadsApi = leadsApi({
      http: this.api,
      credentials,
      paced: unpaced,
      clock,
      chance,
      documentEncoding: 'binary',
    });
  }

  async drop(csv: string, folder = 'incoming'): Promise<Ended> {
    this.#files += 1;
    const { harness } = this;
    const upload = harness.drop(`${folder}/file${this.#files}.csv`, csv);
    await harness.parse(upload);
    await harness.submit();
    const summary = await harness.report(upload);
    if (summary === undefined) throw new Error('there is no report');
    const prefix = reportPrefix(upload.key, importIdOf(upload));
    const file = (name: string) => harness.store.text(`${prefix}${name}`);
    return { summary, lines: parse(file('report.csv') ?? '', { columns: true }) as Line[], file };
  }

  /** The first import, of which nothing is known; and its rows to answer. */
  async lost(count = 3): Promise<{ readonly first: Ended; readonly open: Line[] }> {
    const first = await this.drop(aCsv(rows(count)));
    expect(first.summary.statuses.unconfirmed).toBe(count);
    this.losing = () => undefined;
    delete this.manners.order;
    return { first, open: parse(first.file('unconfirmed.csv') ?? '', { columns: true }) as Line[] };
  }

  idOf(email: string | undefined): string {
    return this.api.leads.find(({ payload }) => payload.customer?.email === email)?.id ?? '';
  }
}

/** The rows to answer, answered. */
export const answered = (open: readonly Line[], answer: (line: Line, index: number) => string | undefined): string =>
  aCsv(open.map((line, index) => ({ ...line, lead__Id: answer(line, index) ?? '' })));

/** How rows ended, and why. */
export const codes = ({ lines }: Ended) => lines.map((line) => [line['lead__Status'], line['lead__ErrorCode']]);
