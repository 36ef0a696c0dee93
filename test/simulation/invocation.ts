import type { Readable } from 'node:stream';
import type { EpochMs } from '../../shared/clock.ts';
import type { Chronicle } from './chronicle.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The parts of the world that everything in it shares. */
export interface World {
  readonly time: VirtualTime;
  readonly dice: Dice;
  /** Whether nearly every call takes its time, and files are long: then attempts run into their deadlines. */
  readonly crawls: boolean;
  readonly faults: Faults;
  readonly chronicle: Chronicle;
}

/** How long a call is on its way, milliseconds. */
export interface CallTimes {
  readonly thereMs?: number;
  readonly backMs?: number;
}

/** What nobody will ever hear of again. */
const never = <Result>(): Promise<Result> => new Promise(() => {});

/** The calls after which a crash is due, and on which side of the call. */
interface Crash {
  readonly atCall: number;
  readonly side: 'before' | 'after';
}

/**
 * One invocation of a function, as far as the world sees it: the calls that it makes. It may die at any of them or
 * between; then its promises are abandoned, and what it had sent stays sent.
 */
export class Invocation {
  readonly #world: World;
  readonly name: string;
  readonly deadline: EpochMs;
  readonly #onDeath: () => void;
  readonly #crash: Crash | undefined;
  /** Journals whose lease it holds. */
  readonly leases = new Set<string>();
  /** Bodies that it was given: each holds a connection until it is read to its end or abandoned. */
  readonly bodies: Readable[] = [];
  /** Whether a call of it failed: then it may not have been able to give a lease back. */
  troubled = false;
  #calls = 0;
  #state: 'running' | 'answered' | 'dead' = 'running';

  constructor(world: World, name: string, deadline: EpochMs, onDeath: () => void) {
    this.#world = world;
    this.name = name;
    this.deadline = deadline;
    this.#onDeath = onDeath;
    this.#crash = this.#planCrash();
    if (world.faults.strike('crash_at_any_time')) {
      world.time.after(world.dice.between(0, world.dice.pick([500, 60_000])), () => this.die('crash'));
    }
  }

  #planCrash(): Crash | undefined {
    const { faults, dice } = this.#world;
    const kind = faults.strikeOneOf('crash_before_a_call', 'crash_after_a_call');
    if (kind === undefined) return undefined;
    return { atCall: dice.between(1, dice.pick([6, 40])), side: kind === 'crash_before_a_call' ? 'before' : 'after' };
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  /** The function has answered: from here on it is frozen, so nothing of it may still be at work. */
  answered(): void {
    if (this.#state !== 'running') return;
    this.#state = 'answered';
    this.#world.time.after(1, () => {
      if (this.bodies.some(({ closed }) => !closed))
        this.#world.chronicle.violate(`${this.name} answers and keeps the connection of a body`);
    });
    if (this.troubled) return;
    for (const lease of this.leases) this.#world.chronicle.violate(`${this.name} answers and keeps ${lease}`);
  }

  die(why: 'crash' | 'timeout'): void {
    if (this.#state !== 'running') return;
    this.#state = 'dead';
    this.#world.chronicle.mark(`invocation ended by ${why}`);
    this.#world.chronicle.tell(`${this.name} ends by ${why}`);
    this.#onDeath();
  }

  /** A call to the world: on its way there, its effect, on its way back. The effect happens whoever lives to hear of it. */
  call<Result>(what: string, effect: () => Result, times: CallTimes = {}): Promise<Result> {
    const { time, dice, faults, chronicle } = this.#world;
    if (this.#state === 'dead') return never();
    if (this.#state === 'answered') {
      chronicle.violate(`${this.name} calls ${what} after it has answered`);
      return never();
    }
    this.#calls += 1;
    const dies = this.#crash?.atCall === this.#calls ? this.#crash.side : undefined;
    if (dies === 'before') {
      this.die('crash');
      return never();
    }
    const hangs = faults.strike('call_hangs_until_timeout');
    const thereMs = times.thereMs ?? dice.between(1, 40);
    const backMs = times.backMs ?? dice.between(1, 40);
    return new Promise((resolve, reject) => {
      time.after(thereMs, () => {
        chronicle.tell(`${this.name} ${what}`);
        const settle = this.#settled(effect, resolve, reject);
        if (!hangs) time.after(backMs, () => this.#state !== 'dead' && settle());
      });
      if (dies === 'after') this.die('crash');
    });
  }

  #settled<Result>(effect: () => Result, resolve: (result: Result) => void, reject: (error: unknown) => void) {
    try {
      const result = effect();
      return () => resolve(result);
    } catch (error) {
      return () => reject(error);
    }
  }
}

/** A function's instance: it outlives its invocations, and has one of them at a time. */
export interface Instance {
  readonly invocation: Invocation;
  /** How far its clock is from the true time. */
  readonly skewMs: number;
}
