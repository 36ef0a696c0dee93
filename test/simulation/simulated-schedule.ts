import { maxSkewMs } from './clock-skew.ts';
import { type Instance, Invocation, type World } from './invocation.ts';

/** A function that a schedule invokes. */
export interface SchedulePlan {
  readonly name: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Wires an instance. */
  readonly wire: (instance: Instance) => () => Promise<void>;
  /** Grows with whatever happens in the world. */
  readonly happenings: () => number;
}

/** So many invocations in a row to which nothing happens show that there is nothing left to find. */
const quietAtRest = 3;

/** EventBridge's schedule: one invocation after the other, whatever became of the last one. */
export class SimulatedSchedule {
  readonly #world: World;
  readonly #plan: SchedulePlan;
  #quiet = 0;
  #happened = 0;
  #stopped = false;

  constructor(world: World, plan: SchedulePlan) {
    this.#world = world;
    this.#plan = plan;
    this.#next(false);
  }

  /** Whether it has found nothing for a while. */
  get isQuiet(): boolean {
    return this.#stopped || (this.#quiet >= quietAtRest && this.#plan.happenings() === this.#happened);
  }

  /** Whatever it would find from now on is a person's. */
  stop(): void {
    this.#stopped = true;
  }

  /** @param done whether the invocation before did all that it had to do */
  #next(done: boolean): void {
    const { everyMs, happenings } = this.#plan;
    const happened = happenings();
    this.#quiet = done && happened === this.#happened ? this.#quiet + 1 : 0;
    this.#happened = happened;
    this.#world.time.after(everyMs, () => this.#invoke(), true);
  }

  #invoke(): void {
    const { time, dice, chronicle } = this.#world;
    if (this.#stopped) return;
    const { name, timeoutMs, wire } = this.#plan;
    const invocation = new Invocation(this.#world, name, time.now + timeoutMs, () => this.#next(false));
    time.after(timeoutMs, () => invocation.die('timeout'));
    const instance: Instance = { invocation, skewMs: dice.between(-maxSkewMs, maxSkewMs) };
    const ended = (done: boolean): void => {
      if (!invocation.running) return;
      invocation.answered();
      this.#next(done);
    };
    wire(instance)().then(
      () => ended(true),
      () => ended(false),
    );
    chronicle.tell(`${name} is invoked`);
  }
}
