import pLimit from 'p-limit';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import type { Verdict } from '../../shared/aws/record-loop.ts';
import { isoTime } from '../../shared/clock.ts';
import { batchKey, outcomesKey } from '../../shared/keys.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import type { Batch, BatchMessage, BatchRow } from '../../shared/ledger/batch.ts';
import { fingerprintOf } from '../../shared/ledger/fingerprint.ts';
import { type Outcomes, outcomesSchema } from '../../shared/ledger/outcome.ts';
import { formatVersion } from '../../shared/ledger/stored-json.ts';
import type { EventFields, EventName } from '../../shared/log.ts';
import { FakeLeadsApi } from './fake-leads-api.ts';
import { countingChance, ManualClock } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';

const importId = '20261123T032500Z-1a2b3c4d';
const run = 'run-1';
const minuteMs = 60_000;

/** A row that is to be created. */
export const aCreateRow = (
  number: number,
  overrides: { documents?: string[]; twin?: boolean; lead?: Lead } = {},
): BatchRow => {
  const lead: Lead = overrides.lead ?? {
    customer: { first_name: `First${number}`, email: `person${number}@example.com` },
    loan: { requested_amount: 1_000 + number },
  };
  const { lead: fingerprint, visible } = fingerprintOf(lead);
  return {
    line: number + 1,
    cells: [],
    quoted: [],
    warnings: [],
    work: {
      kind: 'create',
      lead,
      documents: overrides.documents ?? [],
      twin: overrides.twin ?? false,
      visible: visible.toString('hex'),
      fingerprint: fingerprint.toString('hex'),
    },
  };
};

/** One batch, a bucket, a clock and an API: the submitter's story without anything around it. */
export class SubmitterBench {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore();
  readonly api = new FakeLeadsApi(this.clock);
  readonly chance = countingChance();
  readonly events: [EventName, EventFields][] = [];
  readonly message: BatchMessage = { version: formatVersion, importId, run, batch: 0 };
  readonly giveUpAfterMs: number;
  /** One lead at a time, so that a test knows which row meets which answer. */
  readonly inFlight = pLimit(1);

  constructor(rows: readonly BatchRow[], giveUpAfterMs = 24 * 60 * minuteMs) {
    this.giveUpAfterMs = giveUpAfterMs;
    const giveUpAt = isoTime(this.clock.now() + giveUpAfterMs);
    const batch: Batch = {
      version: formatVersion,
      importId,
      batch: 0,
      enforceMandatories: true,
      documentsHeader: 'Documents',
      giveUpAt,
      rows: [...rows],
    };
    this.store.objects.set(batchKey(importId, run, 0), Buffer.from(JSON.stringify(batch)));
  }

  /** One attempt with six minutes of time. */
  attempt(options: { last?: boolean; store?: ObjectStore; timeMs?: number } = {}): Promise<Verdict> {
    const dependencies = {
      store: options.store ?? this.store,
      api: this.api,
      inFlight: this.inFlight,
      clock: this.clock,
      chance: this.chance,
      log: (event: EventName, fields: EventFields = {}) => void this.events.push([event, fields]),
      listingSettleMs: minuteMs,
      backoff: { baseMs: 1_000, capMs: 10 * minuteMs },
    };
    const deadline = this.clock.now() + (options.timeMs ?? 6 * minuteMs);
    return submitBatch({ message: this.message, deadline, last: options.last ?? false }, dependencies);
  }

  /** Attempts until the batch is settled, waiting as each attempt says; so many at most. */
  async settle(mostAttempts = 50): Promise<Outcomes> {
    for (let attempts = 0; attempts < mostAttempts; attempts += 1) {
      const verdict = await this.attempt();
      if (verdict.kind === 'done') return this.outcomes();
      this.clock.time += verdict.afterMs;
    }
    throw new Error(`the batch is not settled after ${mostAttempts} attempts`);
  }

  outcomes(): Outcomes {
    return outcomesSchema.parse(JSON.parse(this.store.text(outcomesKey(importId, 0)) ?? 'null'));
  }

  statuses(): (string | undefined)[] {
    return this.outcomes().outcomes.map((outcome) => outcome?.status);
  }
}
