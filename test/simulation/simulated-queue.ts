import type { EpochMs } from '../../shared/clock.ts';
import type { World } from './invocation.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  /** Its tenant; undefined where it has none. */
  readonly group: string | undefined;
  visibleAt: EpochMs;
  receives: number;
  /** When it was first handed out. */
  firstReceivedAt: EpochMs | undefined;
  /** The handle of its last delivery; earlier ones have expired. */
  handle: string;
}

/** A message as it is handed to an invocation. */
export interface Received {
  readonly id: string;
  readonly body: string;
  readonly receives: number;
  readonly firstReceivedAt: EpochMs;
  readonly handle: string;
}

/** Copies of one message that lost deletions can leave in a queue. Sent again and again, more of them would double each time. */
const mostCopies = 40;

/** A standard queue: at least once, unordered, with visibility and dead letters. */
export class SimulatedQueue {
  readonly name: string;
  readonly #world: World;
  readonly #visibilityMs: number;
  readonly #redrive: { readonly to: SimulatedQueue; readonly maxReceives: number } | undefined;
  readonly #messages: Message[] = [];
  #handles = 0;
  /** Messages sent so far. */
  sends = 0;
  /** Messages handed out. */
  deliveries = 0;
  /** Told whenever a message can be received. */
  onVisible: () => void = () => {};

  constructor(
    world: World,
    name: string,
    visibilityMs: number,
    redrive?: { readonly to: SimulatedQueue; readonly maxReceives: number },
  ) {
    this.#world = world;
    this.name = name;
    this.#visibilityMs = visibilityMs;
    this.#redrive = redrive;
  }

  get size(): number {
    return this.#messages.length;
  }

  send(body: string, group?: string): void {
    const { time, chronicle, dice } = this.#world;
    if (/pii/i.test(body)) chronicle.violate(`a message of ${this.name} holds personal data`);
    const copies = this.#messages.filter((one) => one.body === body).length;
    if (copies >= mostCopies) {
      chronicle.violate(`${this.name} would hold more than ${mostCopies} copies of one message`);
      return;
    }
    const message = {
      id: dice.token(),
      body,
      group,
      visibleAt: time.now,
      receives: 0,
      firstReceivedAt: undefined,
      handle: '',
    };
    this.sends += 1;
    // Somewhere in the queue: messages have no order.
    this.#messages.splice(dice.between(0, this.#messages.length), 0, message);
    this.#showLater(message, time.now);
  }

  #showLater(message: Message, at: EpochMs): void {
    message.visibleAt = at;
    this.#world.time.after(at - this.#world.time.now, () => this.onVisible());
  }

  get hasVisible(): boolean {
    return this.#messages.some(({ visibleAt }) => visibleAt <= this.#world.time.now);
  }

  receive(most: number, visibilityMs = this.#visibilityMs): Received[] {
    const received: Received[] = [];
    for (let next = this.#next(); next !== undefined && received.length < most; next = this.#next()) {
      if (this.#redrive !== undefined && next.receives >= this.#redrive.maxReceives) this.#bury(next);
      else received.push(this.#handOut(next, visibilityMs));
    }
    this.deliveries += received.length;
    return received;
  }

  /** A visible message of the group that has the fewest in flight: so a small tenant does not wait behind a large one. */
  #next(): Message | undefined {
    const { now } = this.#world.time;
    const inFlight = new Map<string | undefined, number>();
    for (const { group, visibleAt } of this.#messages)
      if (visibleAt > now) inFlight.set(group, (inFlight.get(group) ?? 0) + 1);
    const flying = ({ group }: Message): number => (group === undefined ? 0 : (inFlight.get(group) ?? 0));
    let next: Message | undefined;
    for (const message of this.#messages)
      if (message.visibleAt <= now && (next === undefined || flying(message) < flying(next))) next = message;
    return next;
  }

  #handOut(message: Message, visibilityMs: number): Received {
    const { time, faults } = this.#world;
    message.receives += 1;
    message.firstReceivedAt ??= time.now;
    this.#handles += 1;
    message.handle = `${this.name}${this.#handles}`;
    const { id, body, receives, firstReceivedAt, handle } = message;
    const twice = faults.strike('sqs_delivered_twice_at_once');
    this.#showLater(message, twice ? time.now + 1 : time.now + visibilityMs);
    return { id, body, receives, firstReceivedAt, handle };
  }

  #bury(message: Message): void {
    this.#world.chronicle.mark(`dead letter of ${this.name}`);
    this.#world.chronicle.tell(`${this.name} gives a message up`);
    this.#remove(message);
    this.#redrive?.to.send(message.body, message.group);
  }

  #remove(message: Message): void {
    this.#messages.splice(this.#messages.indexOf(message), 1);
  }

  delete(handle: string): void {
    const message = this.#messages.find((one) => one.handle === handle);
    if (message === undefined) this.#world.chronicle.mark('expired receipt handle');
    else this.#remove(message);
  }

  /** Hides a message from now on. Throws where the handle has expired. */
  hide(handle: string, durationMs: number): void {
    const message = this.#messages.find((one) => one.handle === handle);
    if (message === undefined) {
      this.#world.chronicle.mark('expired receipt handle');
      throw new Error('the simulated queue does not know this receipt handle');
    }
    this.#showLater(message, this.#world.time.now + durationMs);
  }
}
