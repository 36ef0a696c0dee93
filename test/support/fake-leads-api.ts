import type { LeadPayload } from '../../infra/sandbox/lead-payload.ts';
import { leadView } from '../../infra/sandbox/lead-view.ts';
import type { Clock } from '../../shared/clock.ts';
import type {
  CreateAnswer,
  DocumentAnswer,
  DocumentUpload,
  LeadFilter,
  LeadsApi,
  ListAnswer,
  Sending,
  TroubleCode,
} from '../../shared/leads-api/answers.ts';
import type { LeadPages } from '../../shared/leads-api/client.ts';
import type { PageAnswer, PageRequest } from '../../shared/leads-api/listing.ts';
import { listedLead } from '../../shared/leads-api/visible-lead.ts';

/** What the fake does with its next creations, in order; `good` when nothing is left. */
export type CreateScript = 'good' | 'commit_then_lose' | 'lose' | 'unauthorized' | 'refuse' | 'commit_late';

/** A lead at the fake API. */
export interface ApiLead {
  readonly id: string;
  createdAt: string;
  readonly payload: LeadPayload;
  readonly visibleAt: number;
}

/** The Leads API as a model: it creates what it is sent, and answers as it is told. */
export class FakeLeadsApi implements LeadsApi, LeadPages {
  readonly #clock: Clock;
  readonly leads: ApiLead[] = [];
  readonly documents: { leadId: string; filename: string; text: string }[] = [];
  readonly script: CreateScript[] = [];
  documentAnswers: DocumentAnswer[] = [];
  /** Why it serves no listing; undefined where it does. */
  listTrouble: TroubleCode | undefined;
  /** How long after its creation a lead shows in the listing. */
  listingLagMs = 0;
  /** How much later than its answer a late commit happens. */
  lateMs = 0;
  /** How much earlier than by its clock the leads say that they were created. */
  stampsBehindMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly clockAheadMs = 0;
  /** Leads that another batch has created: listed, and none of the test's own. */
  readonly others: ApiLead[] = [];

  /** Another batch creates a lead. */
  createOther(): ApiLead {
    const number = this.others.length + 1;
    const now = this.#clock.now();
    const lead = {
      id: `other${number}`,
      createdAt: new Date(now - this.stampsBehindMs).toISOString(),
      payload: { customer: { first_name: `Other${number}`, email: `other${number}@example.com` } },
      visibleAt: now + this.listingLagMs,
    };
    this.others.push(lead);
    return lead;
  }

  #commit(payload: unknown, afterMs = 0): string {
    const id = `lead${this.leads.length + 1}`;
    const at = this.#clock.now() + afterMs;
    this.leads.push({
      id,
      createdAt: new Date(at - this.stampsBehindMs).toISOString(),
      payload: structuredClone(payload) as LeadPayload,
      visibleAt: at + this.listingLagMs,
    });
    return id;
  }

  async create(lead: unknown, _enforceMandatories?: boolean, sending?: Sending): Promise<CreateAnswer | undefined> {
    if (sending !== undefined && !(await sending.mayStart())) return undefined;
    switch (this.script.shift() ?? 'good') {
      case 'good':
        return { kind: 'created', leadId: this.#commit(lead) };
      case 'commit_then_lose':
        this.#commit(lead);
        return { kind: 'in_doubt', trouble: { code: 'connection_lost' } };
      case 'commit_late':
        this.#commit(lead, this.lateMs);
        return { kind: 'in_doubt', trouble: { code: 'timed_out' } };
      case 'lose':
        return { kind: 'in_doubt', trouble: { code: 'timed_out' } };
      case 'unauthorized':
        return { kind: 'not_sent', trouble: { code: 'credentials_refused', httpStatus: 401 } };
      case 'refuse':
        return { kind: 'refused', httpStatus: 422, message: 'no such industry', isPage: false };
    }
  }

  #found(filter: LeadFilter): unknown[] {
    const found = [...this.leads, ...this.others]
      .filter(({ id }) => filter.id === undefined || filter.id === id)
      .filter(({ createdAt }) => filter.dateFrom === undefined || createdAt >= filter.dateFrom)
      .filter(({ visibleAt }) => visibleAt <= this.#clock.now());
    return found.map((lead) => JSON.parse(JSON.stringify(leadView(lead))));
  }

  async list(filter: LeadFilter): Promise<ListAnswer> {
    if (this.listTrouble !== undefined) return { kind: 'trouble', trouble: { code: this.listTrouble } };
    const leads = this.#found(filter).map(listedLead);
    return { kind: 'leads', complete: true, leads: leads.filter((lead) => lead !== undefined) };
  }

  async page(filter: LeadFilter, { index, size = 20 }: PageRequest): Promise<PageAnswer> {
    if (this.listTrouble !== undefined) return { kind: 'trouble', trouble: { code: this.listTrouble } };
    const found = this.#found(filter);
    return { kind: 'page', leads: found.slice(index * size, (index + 1) * size), count: found.length };
  }

  async attach({ leadId, filename, body }: DocumentUpload, sending?: Sending): Promise<DocumentAnswer | undefined> {
    if (sending !== undefined && !(await sending.mayStart())) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const answer = this.documentAnswers.shift() ?? {
      kind: 'attached',
      documentId: `document${this.documents.length + 1}`,
    };
    if (answer.kind === 'attached')
      this.documents.push({ leadId, filename, text: Buffer.concat(chunks).toString('utf8') });
    return answer;
  }
}
