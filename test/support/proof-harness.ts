import { parse } from 'csv-parse/sync';
import { leadView } from '../../infra/sandbox/lead-view.ts';
import type { Notice } from '../../lambdas/reporter/notice.ts';
import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { tellProof } from '../../lambdas/reporter/tell-proof.ts';
import { proveImport } from '../../lambdas/submitter/proof/prove-import.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import type { LeadFilter, TroubleCode } from '../../shared/leads-api/answers.ts';
import type { PageAnswer, PageRequest } from '../../shared/leads-api/listing.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type ProofMessage, proofMessageSchema } from '../../shared/state/proof.ts';
import type { ApiLead } from './fake-leads-api.ts';
import { PipelineHarness } from './pipeline-harness.ts';
import { aCsv, rows, type SampleRow } from './sample-rows.ts';

export type View = ReturnType<typeof leadView>;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** An API whose list is as a test has it, and what was asked of it. */
export class ListedApi {
  readonly #harness: PipelineHarness;
  readonly requests: (LeadFilter & PageRequest)[] = [];
  view = (view: View): unknown => view;
  /** Which leads a list since a date shows. */
  filter = (lead: ApiLead, from: string): boolean => lead.createdAt >= from;
  knowsIds = true;
  /** Leads of a list that it shows, the newest; it says nothing of the others. */
  shown = Number.POSITIVE_INFINITY;
  trouble: (request: number) => TroubleCode | undefined = () => undefined;
  requestMs = 0;

  constructor(harness: PipelineHarness) {
    this.#harness = harness;
  }

  readonly page = async (filter: LeadFilter, page: PageRequest): Promise<PageAnswer> => {
    const { clock, api } = this.#harness;
    clock.time += this.requestMs;
    this.requests.push({ ...filter, ...page });
    const code = this.trouble(this.requests.length);
    if (code !== undefined) return { kind: 'trouble', trouble: { code } };
    const { index, size = 20 } = page;
    const found = [...api.leads, ...api.others]
      .filter(({ id }) => !this.knowsIds || filter.id === undefined || filter.id === id)
      .filter((lead) => filter.dateFrom === undefined || this.filter(lead, filter.dateFrom))
      .filter(({ visibleAt }) => visibleAt <= clock.now())
      .toReversed()
      .slice(0, this.shown);
    const leads = found.slice(index * size, (index + 1) * size).map((lead) => this.view(leadView(lead)));
    return { kind: 'page', leads: JSON.parse(JSON.stringify(leads)), count: found.length };
  };
}

export interface Told {
  readonly summary: Summary;
  readonly report: readonly Readonly<Record<string, string>>[];
}

/** An import that has ended, and its proof. */
export class Proving {
  readonly harness = new PipelineHarness();
  readonly list = new ListedApi(this.harness);
  readonly notices: Notice[] = [];
  /** Messages for the queue of batches, and those for the queue of results. */
  readonly asked: ProofMessage[] = [];
  readonly results: string[] = [];
  upload: CreatedObject = { bucket: '', key: '', eventTime: '' };
  #receives = 0;
  #firstReceivedAt = 0;

  get importId(): string {
    return importIdOf(this.upload);
  }

  #reporter() {
    return {
      ...this.harness.reporter(),
      proofs: 'all' as const,
      notify: async (notice: Notice) => void this.notices.push(notice),
      sendBatches: async (bodies: readonly string[]) =>
        void this.asked.push(...bodies.map((body) => proofMessageSchema.parse(JSON.parse(body)))),
    };
  }

  async import(key: string, table: readonly SampleRow[]): Promise<Told> {
    const { harness } = this;
    this.upload = harness.drop(`incoming/${key}`, aCsv(table));
    await harness.parse(this.upload);
    await harness.submit();
    await this.report();
    this.#receives = 0;
    this.#firstReceivedAt = harness.clock.now();
    return this.told();
  }

  told(): Told {
    const { store } = this.harness;
    const prefix = reportPrefix(this.upload.key, this.importId);
    return {
      summary: JSON.parse(store.text(`${prefix}summary.json`) ?? 'null') as Summary,
      report: parse(store.text(`${prefix}report.csv`) ?? '', { columns: true }),
    };
  }

  get submitter() {
    const { submitter, clock } = this.harness;
    const api = { page: this.list.page, clockAheadMs: 0 } as typeof submitter.api;
    return {
      ...submitter,
      clock,
      api,
      sendResult: async (bodies: readonly string[]) => void this.results.push(...bodies),
    };
  }

  /** One attempt with so much time. */
  attempt(timeMs = 6 * minuteMs, last = false) {
    const message = this.asked.at(-1);
    if (message === undefined) throw new Error('no proof was asked for');
    this.#receives += 1;
    return proveImport(
      {
        message: { ...message, last },
        receives: this.#receives,
        firstReceivedAt: this.#firstReceivedAt,
        deadline: this.harness.clock.now() + timeMs,
      },
      this.submitter,
    );
  }

  /** Attempts until there is a proof, and tells it. */
  async prove(timeMs?: number): Promise<Told> {
    for (let attempts = 0; attempts < 200; attempts += 1) {
      const verdict = await this.attempt(timeMs);
      if (verdict.kind === 'done') {
        await tellProof(this.importId, this.#reporter());
        return this.told();
      }
      this.harness.clock.time += verdict.afterMs;
    }
    throw new Error('there is no proof');
  }

  report(): Promise<void> {
    return reportImport(this.importId, this.#reporter());
  }

  tell(): Promise<void> {
    return tellProof(this.importId, this.#reporter());
  }

  events(): string[] {
    return this.harness.events.map(([event]) => event);
  }
}

export const ended = async (count = 30): Promise<Proving> => {
  const proving = new Proving();
  await proving.import('a.csv', rows(count));
  return proving;
};

export const codesOf = ({ report }: Told): Record<string, string> =>
  Object.fromEntries(
    report
      .filter((line) => line['lead__ErrorCode'] !== '')
      .map((line) => [line['lead__Line'] ?? '', line['lead__ErrorCode'] ?? '']),
  );

export const leadAt = ({ harness }: Proving, index: number): ApiLead => {
  const lead = harness.api.leads[index];
  if (lead === undefined) throw new Error('there is no such lead');
  return lead;
};

/** The API, or something before it, keeps a lead twice. */
export const double = (proving: Proving, index: number): void => {
  const lead = leadAt(proving, index);
  proving.harness.api.leads.push({ ...lead, id: `${lead.id}-again` });
};
