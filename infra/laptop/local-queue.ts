import { randomUUID } from 'node:crypto';
import type {
  DelayRedelivery,
  MovedMessage,
  MoveMessages,
  SendMessages,
} from '../../shared/bucket/bucket-and-queues.ts';
import { steadyClock } from '../../shared/clock.ts';

/** A message, and what SQS tells of it. */
export interface QueueMessage extends MovedMessage {
  readonly id: string;
  /** How often it was delivered, and first when. */
  receives: number;
  firstReceivedAt: number;
  /** Of its latest delivery. */
  handle: string;
}

/** When a message comes back that was received and not deleted, and what becomes of one that is received too often. */
export interface QueueOptions {
  readonly visibilityMs: number;
  /** Absent: it is received for ever. */
  readonly dead?: { readonly afterReceives: number; readonly letters: LocalQueue };
}

/**
 * A queue in memory that keeps SQS's promises: at least once, no order, a message comes back that is not deleted in
 * time, and groups take turns, so that a small import does not wait behind a large one.
 */
export class LocalQueue {
  readonly #options: QueueOptions;
  /** Messages that can be received, by group; the group whose turn it is comes first. */
  readonly #waiting = new Map<string | undefined, QueueMessage[]>();
  /** Messages that were received, and when they come back, by handle. */
  readonly #hidden = new Map<string, { readonly message: QueueMessage; readonly timer: NodeJS.Timeout }>();
  readonly #receivers: (() => void)[] = [];
  #isClosed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  readonly send: SendMessages = async (bodies, group) => {
    for (const body of bodies)
      this.#add({ id: randomUUID(), body, group, receives: 0, firstReceivedAt: 0, handle: '' });
  };

  /** Up to so many messages, as soon as there is one; none once the queue is closed. */
  async receive(count: number): Promise<readonly QueueMessage[]> {
    while (this.#waiting.size === 0 && !this.#isClosed) await new Promise<void>((wake) => this.#receivers.push(wake));
    const received: QueueMessage[] = [];
    for (const [group, messages] of this.#waiting) {
      if (this.#isClosed || received.length === count) break;
      received.push(...messages.splice(0, 1).map((message) => this.#deliver(message)));
      // Behind the others, where this loop comes to it again.
      this.#waiting.delete(group);
      if (messages.length > 0) this.#waiting.set(group, messages);
    }
    return received;
  }

  /** Takes a message out that was received, for good; a handle of an earlier delivery does nothing. */
  delete(handle: string): void {
    this.#reveal(handle);
  }

  /** In whole seconds, as SQS has it: what comes back sooner would only use up its receives. */
  readonly delayRedelivery: DelayRedelivery = async (handle, durationMs) => {
    const message = this.#reveal(handle);
    if (message !== undefined) this.#hide(message, Math.ceil(durationMs / 1000) * 1000);
  };

  /** Moves the messages that can be received to another queue. */
  readonly moveTo =
    (target: LocalQueue): MoveMessages =>
    async (decide) => {
      const counts = { taken: 0, left: 0 };
      const all = [...this.#waiting.values()].flat();
      this.#waiting.clear();
      for (const message of all) {
        const move = decide(message.body);
        counts[move === 'stays' ? 'left' : 'taken'] += 1;
        if (move === 'stays') this.#add(message);
        else if (move !== 'done') await target.send([move.body], move.group);
      }
      return counts;
    };

  /** Ends every receive, with nothing; what was received can still be deleted. */
  close(): void {
    this.#isClosed = true;
    for (const wake of this.#receivers.splice(0)) wake();
    for (const { timer } of this.#hidden.values()) clearTimeout(timer);
  }

  #add(message: QueueMessage): void {
    const messages = this.#waiting.get(message.group);
    if (messages === undefined) this.#waiting.set(message.group, [message]);
    else messages.push(message);
    this.#receivers.shift()?.();
  }

  #deliver(message: QueueMessage): QueueMessage {
    message.receives += 1;
    message.firstReceivedAt ||= steadyClock.now();
    message.handle = randomUUID();
    this.#hide(message, this.#options.visibilityMs);
    return message;
  }

  #hide(message: QueueMessage, durationMs: number): void {
    const comeBack = (): void => {
      this.#hidden.delete(message.handle);
      const { dead } = this.#options;
      const target = dead !== undefined && message.receives >= dead.afterReceives ? dead.letters : this;
      target.#add(message);
    };
    // A process with nothing else to do ends: what it holds here follows from the bucket.
    this.#hidden.set(message.handle, { message, timer: setTimeout(comeBack, durationMs).unref() });
  }

  #reveal(handle: string): QueueMessage | undefined {
    const hidden = this.#hidden.get(handle);
    clearTimeout(hidden?.timer);
    this.#hidden.delete(handle);
    return hidden?.message;
  }
}
