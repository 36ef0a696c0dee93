import type { EventFields, EventName } from '../../shared/log.ts';
import type { Invocation, World } from './invocation.ts';

/** How a batch came to its outcomes. */
export interface BatchStory {
  /** What the last reconciliation left too early to say; undefined while there was none that the listing answered. */
  leftTooEarly: number | undefined;
  /** Whether something stood in the way of the last attempt: then the listing may not have answered. */
  obstructed: boolean;
}

const obstacles: ReadonlySet<EventName> = new Set([
  'api_trouble',
  'credentials_refused',
  'message_failed',
  'reconciliation_failed',
]);

/** Listens to what the importer says of itself: for the branches it took, and for what it must never say. */
export class Witness {
  readonly #world: World;
  readonly #batches = new Map<string, BatchStory>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The story of a batch whose number is `batch`. */
  batch(importId: string, batch: number): BatchStory {
    const name = `${importId}/${batch}`;
    const known = this.#batches.get(name) ?? { leftTooEarly: undefined, obstructed: false };
    this.#batches.set(name, known);
    return known;
  }

  hear(invocation: Invocation, event: EventName, fields: EventFields): void {
    const { chronicle } = this.#world;
    const { errorStack: _, ...told } = fields;
    // Where in our code an error arose is true only on one machine; the trace must be the same on all.
    const line = JSON.stringify(told);
    if (/pii/i.test(line)) chronicle.violate(`the log of ${event} holds personal data`);
    chronicle.tell(`${invocation.name} says ${event} ${line}`);
    this.#markBranches(event, fields);
    if (fields.importId === undefined || fields.batch === undefined) return;
    const story = this.batch(fields.importId, fields.batch);
    if (event === 'attempt_started') {
      story.leftTooEarly = undefined;
      story.obstructed = false;
    }
    if (obstacles.has(event)) story.obstructed = true;
    if (event === 'batch_reconciled') story.leftTooEarly = fields.tooEarly;
  }

  #markBranches(event: EventName, fields: EventFields): void {
    const { chronicle } = this.#world;
    chronicle.mark(`says ${event}`);
    if (event === 'attempt_started') chronicle.mark(`lease after ${fields.leaseAfter}`);
    if (event !== 'batch_reconciled') return;
    const findings = {
      created: fields.created,
      absent: fields.absent,
      'too early': fields.tooEarly,
      undecidable: fields.undecidable,
    };
    for (const [finding, count] of Object.entries(findings)) if ((count ?? 0) > 0) chronicle.mark(`finding ${finding}`);
  }
}
