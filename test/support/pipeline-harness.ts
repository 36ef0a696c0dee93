import type { ParserDependencies } from '../../lambdas/parser/dependencies.ts';
import { importFile } from '../../lambdas/parser/import-file.ts';
import { Completeness } from '../../lambdas/reporter/completeness.ts';
import type { ReporterDependencies } from '../../lambdas/reporter/dependencies.ts';
import { LookPace } from '../../lambdas/reporter/look-pace.ts';
import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { SendingProgress } from '../../lambdas/reporter/sending-progress.ts';
import { sharedLooks } from '../../lambdas/reporter/shared-look.ts';
import type { SubmitterDependencies } from '../../lambdas/submitter/dependencies.ts';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import type { SendMessages } from '../../shared/bucket/bucket-and-queues.ts';
import type { Verdict } from '../../shared/bucket/delivery.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import type { ImportOptions } from '../../shared/import-options.ts';
import { limits } from '../../shared/limits.ts';
import type { EventFields, EventName } from '../../shared/log.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type BatchMessage, batchMessageSchema } from '../../shared/state/batch-message.ts';
import { FakeLeadsApi } from './fake-leads-api.ts';
import { countingChance, ManualClock } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { submitterDependencies } from './submitter-dependencies.ts';

const dayMs = 86_400_000;

/** The three stories on a bucket in memory, told one after the other by hand: no queue, no network, no waiting. */
export class PipelineHarness {
  readonly clock = new ManualClock();
  readonly store: MemoryStore;
  readonly api = new FakeLeadsApi(this.clock);
  readonly chance = countingChance();
  readonly events: [EventName, EventFields][] = [];
  /** Messages that the parser released and nobody has taken. */
  readonly released: BatchMessage[] = [];
  /** Another API than the fake one. */
  leadsApi: SubmitterDependencies['api'] | undefined;
  reference: 'none' | 'notes' = 'none';
  /** Options of every upload beside the defaults. */
  options: Partial<ImportOptions> = {};
  #submitter: SubmitterDependencies | undefined;

  constructor(store = new MemoryStore()) {
    this.store = store;
  }

  readonly log = (event: EventName, fields: EventFields = {}): void => void this.events.push([event, fields]);

  /** One instance of the submitter, for all attempts. */
  get submitter(): SubmitterDependencies {
    this.#submitter ??= submitterDependencies({
      store: this.store,
      api: this.leadsApi ?? this.api,
      clock: this.clock,
      chance: this.chance,
      log: this.log,
    });
    return this.#submitter;
  }

  drop(key: string, csv: string | Uint8Array): CreatedObject {
    this.store.objects.set(key, Buffer.from(csv));
    this.clock.time += 1_000;
    return { bucket: 'bucket', key, eventTime: new Date(this.clock.now()).toISOString() };
  }

  dependencies(store: ObjectStore = this.store): ParserDependencies {
    return {
      store,
      send: async (bodies) =>
        void this.released.push(...bodies.map((body) => batchMessageSchema.parse(JSON.parse(body)))),
      clock: this.clock,
      chance: this.chance,
      log: this.log,
      defaults: {
        mode: 'import',
        enforceMandatories: true,
        reference: this.reference,
        giveUpAfterMs: dayMs,
        ...this.options,
      },
      duplicateWindowMs: 30 * dayMs,
    };
  }

  parse(upload: CreatedObject, store?: ObjectStore): Promise<void> {
    return importFile(upload, this.dependencies(store));
  }

  /** Submits everything that was released, with as many attempts as it takes. */
  async submit(): Promise<void> {
    while (this.released.length > 0) {
      const message = this.released.shift();
      if (message === undefined) return;
      const verdict = await this.attempt(message);
      if (verdict.kind === 'done') continue;
      this.clock.time += verdict.afterMs;
      this.released.push(message);
    }
  }

  /** One attempt at a batch, with six minutes of time. */
  attempt(message: BatchMessage): Promise<Verdict> {
    const now = this.clock.now();
    const submission = { message, deadline: now + 360_000, firstReceivedAt: now, receives: 1 };
    return submitBatch(submission, this.submitter);
  }

  /** An instance of the reporter. */
  reporter(): ReporterDependencies {
    const { store, clock, log } = this;
    const sendBatches: SendMessages = async (bodies) => {
      for (const body of bodies) this.released.push(batchMessageSchema.parse(JSON.parse(body)));
    };
    return {
      store,
      clock,
      log,
      sendBatches,
      completeness: new Completeness(store),
      progress: new SendingProgress(limits.progressEveryMs),
      notify: async () => undefined,
      proofs: 'asked_for',
      timeZone: 'Australia/Sydney',
      woken: new Set(),
      looks: new LookPace(0),
      sharedLook: sharedLooks(),
    };
  }

  async report(upload: CreatedObject): Promise<Summary | undefined> {
    const importId = importIdOf(upload);
    await reportImport(importId, this.reporter());
    const text = this.store.text(`${reportPrefix(upload.key, importId)}summary.json`);
    return text === undefined ? undefined : (JSON.parse(text) as Summary);
  }

  /** E-mail addresses at the API, one entry a lead, sorted. */
  emails(): (string | undefined)[] {
    return this.api.leads.map(({ payload }) => payload.customer?.email).toSorted();
  }
}
