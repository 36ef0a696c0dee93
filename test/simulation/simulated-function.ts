import type { Context, SQSBatchResponse, SQSEvent, SQSHandler } from 'aws-lambda';
import { maxSkewMs } from './clock-skew.ts';
import { type Instance, Invocation, type World } from './invocation.ts';
import type { Received, SimulatedQueue } from './simulated-queue.ts';

/** A function and the queue that drives it. */
export interface FunctionPlan {
  readonly name: string;
  readonly queue: SimulatedQueue;
  readonly timeoutMs: number;
  /** Messages for one invocation. */
  readonly batchSize: number;
  /** Invocations at once. */
  readonly concurrency: number;
  /** Wires a new instance. */
  readonly wire: (instance: Instance) => SQSHandler;
}

interface WarmInstance {
  invocation: Invocation;
  readonly skewMs: number;
  readonly handler: SQSHandler;
}

const eventOf = (messages: readonly Received[]): SQSEvent => ({
  Records: messages.map(({ id, body, receives, firstReceivedAt, handle }) => ({
    messageId: id,
    receiptHandle: handle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  })),
});

/** Lambda's event source: it polls, gathers, invokes, and takes the answer at its word. */
export class SimulatedFunction {
  readonly #world: World;
  readonly #plan: FunctionPlan;
  readonly #idle: WarmInstance[] = [];
  #running = 0;
  #gathering = false;

  constructor(world: World, plan: FunctionPlan) {
    this.#world = world;
    this.#plan = plan;
    plan.queue.onVisible = () => this.#poll();
  }

  #poll(): void {
    const { queue, concurrency } = this.#plan;
    if (this.#gathering || this.#running >= concurrency || !queue.hasVisible) return;
    this.#gathering = true;
    this.#world.time.after(this.#world.dice.between(1, 20), () => {
      this.#gathering = false;
      const messages = queue.receive(this.#plan.batchSize);
      if (messages.length > 0) this.#invoke(messages);
      this.#poll();
    });
  }

  #invocation(deadline: number, onDeath: () => void): Invocation {
    return new Invocation(this.#world, this.#plan.name, deadline, onDeath);
  }

  /** A warm instance, or a new one with a clock of its own. */
  #instance(invocation: Invocation): WarmInstance {
    const warm = this.#idle.pop();
    if (warm !== undefined) {
      warm.invocation = invocation;
      return warm;
    }
    const skewMs = this.#world.dice.between(-maxSkewMs, maxSkewMs);
    const cold: { invocation: Invocation; readonly skewMs: number } = { invocation, skewMs };
    return Object.assign(cold, { handler: this.#plan.wire(cold) });
  }

  #invoke(messages: readonly Received[]): void {
    const { time, chronicle } = this.#world;
    const { name, timeoutMs } = this.#plan;
    const deadline = time.now + timeoutMs;
    this.#running += 1;
    const ended = (): void => {
      this.#running -= 1;
      this.#poll();
    };
    const invocation = this.#invocation(deadline, ended);
    chronicle.tell(`${name} is invoked with ${messages.length}`);
    time.after(timeoutMs, () => invocation.die('timeout'));
    const instance = this.#instance(invocation);
    const context = { getRemainingTimeInMillis: () => deadline - time.now } as Context;
    const answering = Promise.resolve(instance.handler(eventOf(messages), context, () => undefined));
    answering.then(
      (answer) => {
        if (!invocation.running) return;
        invocation.answered();
        this.#idle.push(instance);
        this.#deleteDone(messages, answer as SQSBatchResponse);
        ended();
      },
      () => {
        if (!invocation.running) return;
        chronicle.violate(`${name} throws out of its handler`);
        invocation.die('crash');
      },
    );
  }

  /** What is not listed as failed is deleted, by the poller, whose own call may be lost. */
  #deleteDone(messages: readonly Received[], answer: SQSBatchResponse): void {
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, handle } of messages) {
      if (failed.has(id) || this.#world.faults.strike('sqs_delete_lost')) continue;
      this.#plan.queue.delete(handle);
    }
  }
}
