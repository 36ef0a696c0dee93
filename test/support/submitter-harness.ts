import pLimit from 'p-limit';
import type { SubmitterDependencies } from '../../lambdas/submitter/dependencies.ts';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import type { Verdict } from '../../shared/bucket/delivery.ts';
import { outcomesKey, pageKey } from '../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import { visibleFields } from '../../shared/leads-api/visible-lead.ts';
import type { EventFields, EventName } from '../../shared/log.ts';
import { fingerprintOf } from '../../shared/memory/fingerprint.ts';
import type { Batch, LeadToSend, Row } from '../../shared/state/batch.ts';
import type { BatchMessage } from '../../shared/state/batch-message.ts';
import { type Outcomes, outcomesSchema } from '../../shared/state/outcomes.ts';
import { FakeLeadsApi } from './fake-leads-api.ts';
import { countingChance, ManualClock } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { submitterDependencies } from './submitter-dependencies.ts';

export const importId = '20261123T032500Z-1a2b3c4d';
const run = 'run-1';
const minuteMs = 60_000;

/** A row that is to be created. */
export const aCreateRow = (
  number: number,
  overrides: { documents?: string[]; twin?: boolean; lead?: Lead } = {},
): Row & { readonly lead: LeadToSend } => {
  const payload: Lead = overrides.lead ?? {
    customer: { first_name: `First${number}`, email: `person${number}@example.com` },
    loan: { requested_amount: 1_000 + number },
  };
  const print = fingerprintOf(payload);
  return {
    line: number + 1,
    cells: [],
    quoted: [],
    warnings: [],
    lead: {
      payload,
      fingerprint: print.lead,
      visibleFingerprint: print.visible,
      coreFingerprint: print.core,
      twin: overrides.twin ?? false,
    },
    documents: overrides.documents ?? [],
    state: { state: 'unsent', tries: 0 },
  };
};

/** One batch, a bucket, a clock and an API: the submitter's story without anything around it. */
export class SubmitterHarness {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore();
  readonly api = new FakeLeadsApi(this.clock);
  readonly chance = countingChance();
  readonly events: [EventName, EventFields][] = [];
  readonly message: BatchMessage;
  readonly giveUpAfterMs: number;
  /** One lead at a time, so that a test knows which row meets which answer. */
  inFlight = pLimit(1);

  constructor(
    rows: readonly Row[],
    giveUpAfterMs = 24 * 60 * minuteMs,
    overrides: { readonly reference?: Batch['reference'] } = {},
  ) {
    this.giveUpAfterMs = giveUpAfterMs;
    const batch: Batch = {
      version: stateVersion,
      importId,
      batch: 0,
      enforceMandatories: true,
      documentsHeader: 'Documents',
      documentsFolder: '',
      giveUpAfterMs,
      latestEndAt: isoTime(this.clock.now() + 11 * 24 * 60 * minuteMs),
      reference: overrides.reference ?? 'none',
      rows: [...rows],
    };
    const page = Buffer.from(JSON.stringify(batch));
    const place = { page: 0, from: 0, bytes: page.length };
    this.store.objects.set(pageKey(importId, run, place.page), page);
    this.message = { version: stateVersion, importId, run, batch: 0, place, last: false };
  }

  readonly log = (event: EventName, fields: EventFields = {}): void => void this.events.push([event, fields]);

  /** One attempt with six minutes of time. */
  attempt(options: { last?: boolean; store?: ObjectStore; timeMs?: number } = {}): Promise<Verdict> {
    const now = this.clock.now();
    this.#firstReceivedAt ??= now;
    this.#receives += 1;
    const submission = {
      message: { ...this.message, last: options.last ?? false },
      deadline: now + (options.timeMs ?? 6 * minuteMs),
      firstReceivedAt: this.#firstReceivedAt,
      receives: this.#receives,
    };
    return submitBatch(submission, {
      ...this.instance(),
      ...(options.store !== undefined && { store: options.store }),
    });
  }

  #firstReceivedAt: number | undefined;
  #receives = 0;
  #instance: SubmitterDependencies | undefined;

  /** The instance that all attempts run on, until another one is begun. */
  instance(): SubmitterDependencies {
    const { store, api, clock, chance, log, inFlight } = this;
    this.#instance ??= submitterDependencies({ store, api, clock, chance, log, inFlight });
    return this.#instance;
  }

  /** Whether no other batch sends anything meanwhile. */
  isAlone = false;

  /** Another batch of the instance creates a lead. */
  otherBatchSends(): void {
    const { id, payload } = this.api.createOther();
    const lead: Lead = {
      customer: { first_name: payload.customer?.first_name ?? '', email: payload.customer?.email ?? '' },
    };
    this.instance().known.add({
      id,
      fingerprint: id,
      createdAt: this.clock.now(),
      createdBy: this.clock.now(),
      fields: visibleFields(lead),
      reference: undefined,
    });
  }

  /** The next attempts run on an instance that knows nothing of the ones before. */
  beginInstance(): void {
    this.#instance = undefined;
    this.inFlight = pLimit(1);
  }

  /** Attempts until the batch is finished, waiting as each attempt says; so many at most. */
  async finish(mostAttempts = 50): Promise<Outcomes> {
    for (let attempts = 0; attempts < mostAttempts; attempts += 1) {
      if (!this.isAlone) this.otherBatchSends();
      const verdict = await this.attempt();
      if (verdict.kind === 'done') return this.outcomes();
      this.clock.time += verdict.afterMs;
    }
    throw new Error(`the batch is not finished after ${mostAttempts} attempts`);
  }

  outcomes(): Outcomes {
    return outcomesSchema.parse(JSON.parse(this.store.text(outcomesKey(importId, 0)) ?? 'null'));
  }

  statuses(): string[] {
    return this.outcomes().states.map(({ status }) => status);
  }

  /** What the report says of each row. */
  messages(): string[] {
    return this.outcomes().states.map(({ problems }) => problems.map(({ what }) => what).join(' '));
  }
}
